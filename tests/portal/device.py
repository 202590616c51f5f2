"""A device with passkeys, as WebAuthn level 2 has them: ES256 keys, no statement of its maker."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from httpx2 import Response

ORIGIN = "http://localhost:8501"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass(slots=True)
class Device:
    """One key pair; what it says of itself can be changed, to see that it is not believed."""

    origin: str = ORIGIN
    host: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    owner: bytes = b""
    id: bytes = b"\x01" * 16
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Make the key pair and say its public half."""
        self.owner = decoded(options["user"]["id"])
        told = self._client("webauthn.create", options["challenge"])
        point = self.key.public_key().public_numbers()
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        )
        attested = b"\0" * 16 + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=told, attestationObject=statement)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Sign a challenge."""
        self.count += 1
        told = self._client("webauthn.get", options["challenge"])
        data = self._data(0)
        signature = self.key.sign(data + sha256(told).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=told,
            authenticatorData=data,
            signature=signature,
            userHandle=self.owner,
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, more: int) -> bytes:
        flags = bytes([self.flags | more])
        return sha256(self.host.encode()).digest() + flags + self.count.to_bytes(4, "big")

    def _answer(self, **response: bytes) -> dict[str, Any]:
        return {
            "id": encoded(self.id),
            "rawId": encoded(self.id),
            "type": "public-key",
            "response": {name: encoded(value) for name, value in response.items()},
            "clientExtensionResults": {},
        }


def options_in(page: Response) -> dict[str, Any]:
    """What a page asks the device."""
    found: dict[str, Any] = json.loads(unescape(page.text.split('data-options="')[1].split('"')[0]))
    return found


def encoded(value: bytes) -> str:
    """Bytes as Base64 for URLs."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes again."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
