"""A managed identity, as machines of Azure have one: an address that gives tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import time
from urllib.parse import parse_qs, urlsplit

from tests.doubles.loopback import Answering, listening


@dataclass(slots=True)
class ManagedIdentity:
    """What it gives for the machine's own header, and what it was asked."""

    token: str
    header: str = "header-of-the-machine"
    port: int = 0
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Return what the platform tells a web app."""
        return {
            "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
            "IDENTITY_ENDPOINT": f"http://127.0.0.1:{self.port}/msi/token",
            "IDENTITY_HEADER": self.header,
        }


class _Answering(Answering):
    def get(self) -> None:
        identity = self.behaviour
        asked = parse_qs(urlsplit(self.path).query)
        identity.asked.append(asked)
        known = self.headers.get("X-IDENTITY-HEADER") == identity.header
        body: dict[str, str] = {"error": "unauthorized"}
        if known:
            until = str(int(time()) + 3600)
            body = {
                "access_token": identity.token,
                "expires_on": until,
                "resource": asked["resource"][0],
                "token_type": "Bearer",
            }
        self.tell(200 if known else 401, body)


@contextmanager
def managed_identity(token: str) -> Iterator[ManagedIdentity]:
    """Serve on a free port of the loopback until the block ends."""
    behaviour = ManagedIdentity(token)
    with listening(_Answering, behaviour) as behaviour.port:
        yield behaviour
