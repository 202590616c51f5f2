"""A double of Azure Key Vault on the loopback, over TLS: secrets for who has the right token.

It knows what the adapter asks, reading a secret, and refuses all else. Not the service: no rights
by name, no soft deletion, no throttling but the one that a test asks for.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from tests.doubles.identity_server import TENANT

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


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Keep quiet."""

    def do_GET(self) -> None:
        vault = cast("_Listener", self.server).behaviour
        parts = urlsplit(self.path)
        vault.asked.append(parts.path)
        given = self.headers.get("Authorization", "")
        found = _SECRET.fullmatch(parts.path)
        if vault.status:
            self._refuse(vault.status, "Told", "the test wants it")
        elif not given:
            home = f"{vault.authority}/{TENANT}"
            challenge = f'Bearer authorization="{home}", resource="{vault.resource}"'
            self._send(401, {}, {"WWW-Authenticate": challenge})
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
            self._send(
                200, {"value": named[chosen], "id": place, "attributes": {"enabled": True}}, {}
            )

    def _refuse(self, status: int, code: str, message: str) -> None:
        self._send(status, {"error": {"code": code, "message": message}}, {})

    def _send(self, status: int, body: dict[str, Any], headers: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    behaviour: KeyVaultDouble

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is none of our business."""


@contextmanager
def key_vault(certificate: Path, authority: str, token: str) -> Iterator[KeyVaultDouble]:
    """Serve on a free port of the loopback until the block ends."""
    behaviour = KeyVaultDouble(certificate, authority, token)
    with _Listener(("127.0.0.1", 0), _Handler) as listener:
        listener.behaviour = behaviour
        behaviour.port = listener.server_address[1]
        trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trusted.load_cert_chain(certificate)
        listener.socket = trusted.wrap_socket(listener.socket, server_side=True)
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield behaviour
        finally:
            listener.shutdown()
            thread.join(5)
