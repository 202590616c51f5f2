"""A double of Azure Key Vault on the loopback, over TLS: secrets for who has the right token.

It knows what the adapter asks, reading a secret, and refuses all else. Not the service: no rights
by name, no soft deletion, no throttling but the one that a test asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.doubles.identity_server import TENANT
from tests.doubles.loopback import Answering, listening

_SECRET = re.compile(r"/secrets/([0-9A-Za-z-]+)/([0-9a-f]*)")


@dataclass(slots=True)
class KeyVaultDouble:
    """What it keeps (name -> versions, the newest last), whom it trusts, what it was asked.

    `resource` is whom it asks a token for; `status`, when it is set, is answered to all.
    """

    certificate: Path
    authority: str
    token: str
    secrets: dict[str, list[str]] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    resource: str = "https://vault.azure.net"
    status: int = 0
    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the vault's URL."""
        return f"https://localhost:{self.port}"

    @staticmethod
    def version(at: int) -> str:
        """Return the name of the version at a place."""
        return f"{at + 1:032x}"


class _Answering(Answering):
    def get(self) -> None:
        vault = self.behaviour
        parts = urlsplit(self.path)
        vault.asked.append(parts.path)
        given = self.headers.get("Authorization", "")
        found = _SECRET.fullmatch(parts.path)
        if vault.status:
            self._refuse(vault.status, "Told", "the test wants it")
        elif not given:
            home = f"{vault.authority}/{TENANT}"
            challenge = f'Bearer authorization="{home}", resource="{vault.resource}"'
            self.tell(401, {}, {"WWW-Authenticate": challenge})
        elif given != f"Bearer {vault.token}":
            self._refuse(403, "Forbidden", "Caller is not authorized to perform action")
        elif not found or "api-version" not in parse_qs(parts.query):
            self._refuse(400, "BadParameter", "double: not supported")
        else:
            self._secret(vault, *found.groups())

    def _secret(self, vault: KeyVaultDouble, name: str, version: str) -> None:
        versions = vault.secrets.get(name, [])
        named = {vault.version(at): text for at, text in enumerate(versions)}
        if name in vault.disabled:
            self._refuse(403, "Forbidden", "Operation get is not allowed on a disabled secret.")
        elif not versions or (version and version not in named):
            self._refuse(404, "SecretNotFound", f"A secret with (name/id) {name} was not found")
        else:
            chosen = version or list(named)[-1]
            place = f"{vault.url}/secrets/{name}/{chosen}"
            self.tell(200, {"value": named[chosen], "id": place, "attributes": {"enabled": True}})

    def _refuse(self, status: int, code: str, message: str) -> None:
        self.tell(status, {"error": {"code": code, "message": message}})


@contextmanager
def key_vault(certificate: Path, authority: str, token: str) -> Iterator[KeyVaultDouble]:
    """Serve on a free port of the loopback until the block ends."""
    behaviour = KeyVaultDouble(certificate, authority, token)
    with listening(_Answering, behaviour, certificate=certificate) as behaviour.port:
        yield behaviour
