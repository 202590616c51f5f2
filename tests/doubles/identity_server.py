"""A sign-in service on the loopback: gives a token to whoever knows the secret, over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

from tests.doubles.loopback import Answering, listening

TENANT = "11111111-1111-1111-1111-111111111111"


@dataclass(slots=True)
class IdentityServer:
    """What it gives for the secret, and what it was asked."""

    certificate: Path
    secret: str = "sesame"
    token: str = "token-of-the-double"
    port: int = 0
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the authority, as azure-identity wants it."""
        return f"https://localhost:{self.port}"


class _Answering(Answering):
    def get(self) -> None:
        server = self.behaviour
        home = f"{server.url}/{TENANT}"
        self.tell(
            200,
            {
                "issuer": f"{home}/v2.0",
                "authorization_endpoint": f"{home}/oauth2/v2.0/authorize",
                "token_endpoint": f"{home}/oauth2/v2.0/token",
            },
        )

    def post(self) -> None:
        server = self.behaviour
        form = parse_qs(self.content().decode())
        server.asked.append(form)
        if form.get("client_secret") != [server.secret]:
            self.tell(401, {"error": "invalid_client", "error_description": "wrong secret"})
            return
        self.tell(200, {"token_type": "Bearer", "expires_in": 3600, "access_token": server.token})


@contextmanager
def identity_server(certificate: Path) -> Iterator[IdentityServer]:
    """Serve on a free port of the loopback until the block ends."""
    behaviour = IdentityServer(certificate)
    with listening(_Answering, behaviour, certificate=certificate) as behaviour.port:
        yield behaviour
