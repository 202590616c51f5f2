"""Personal texts in events: sealed with a one-time pad that is kept apart and can be shredded.

An event is never changed, and the audit holds its digest, so a text in it cannot be taken out. It
is written there XORed with random bytes of its own length instead (a one-time pad: without the pad
every text is as likely as any other), and the pad is a row of personal_key. Removing the row
shreds the text; the event and its digest stay. The mark is the SHA-256 of a secret salt and the
text, so a pad that somebody changed is noticed.
"""

from __future__ import annotations

import json
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from net30.domain.personal import ERASED
from net30.kernel.errors import Unavailable

SALT_BYTES = 32
BLOCK_BYTES = 32
"""Texts are filled up to a multiple of this, so that a sealed one does not tell its length."""

_SEALED = re.compile(r'"sealed1:([0-9A-Za-z-]+):([0-9a-f]{64}):([0-9A-Za-z+/=]+)"')


@dataclass(frozen=True, slots=True)
class Sealed:
    """A text as the event has it, and the pad that opens it, as its row has it."""

    text: str
    pad: str


def seal(text: str, key_id: str) -> Sealed:
    """Return a text sealed with a new pad."""
    plain = text.encode()
    plain += bytes(-len(plain) % BLOCK_BYTES)
    salt, pad = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(len(plain))
    cipher = b64encode(_xor(plain, pad)).decode()
    return Sealed(
        text=f"sealed1:{key_id}:{_mark(salt, text)}:{cipher}",
        pad=b64encode(salt + pad).decode(),
    )


def keys_in(bodies: Iterable[str]) -> list[str]:
    """Return the ids of the pads that events need, by their bodies."""
    return [found[1] for body in bodies for found in _SEALED.finditer(body)]


def opened(body: str, pads: Mapping[str, str]) -> str:
    """Return an event's body with its texts; those whose pad is gone read [erased].

    Raises Unavailable when a pad is not the one that the text was sealed with.
    """

    def text_of(found: re.Match[str]) -> str:
        pad = pads.get(found[1])
        text = ERASED if pad is None else _unsealed(found[2], found[3], pad)
        return json.dumps(text, ensure_ascii=False)

    return _SEALED.sub(text_of, body)


def _unsealed(mark: str, cipher: str, pad: str) -> str:
    content = b64decode(pad)
    salt, key = content[:SALT_BYTES], content[SALT_BYTES:]
    sealed = b64decode(cipher)
    if len(key) == len(sealed):
        text = _xor(sealed, key).rstrip(b"\0").decode(errors="replace")
        if secrets.compare_digest(_mark(salt, text), mark):
            return text
    raise Unavailable(
        "a personal text cannot be read: its key was changed",
        hint="restore a backup; net30 audit verify says what else was changed",
        code="damaged",
    )


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))


def _mark(salt: bytes, text: str) -> str:
    return sha256(salt + text.encode()).hexdigest()
