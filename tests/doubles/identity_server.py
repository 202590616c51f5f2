"""A sign-in service on the loopback: gives a token to whoever knows the secret, over TLS."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs

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


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Keep quiet."""

    def do_GET(self) -> None:
        server = cast("_Listener", self.server).behaviour
        home = f"{server.url}/{TENANT}"
        self._send(
            200,
            {
                "issuer": f"{home}/v2.0",
                "authorization_endpoint": f"{home}/oauth2/v2.0/authorize",
                "token_endpoint": f"{home}/oauth2/v2.0/token",
            },
        )

    def do_POST(self) -> None:
        server = cast("_Listener", self.server).behaviour
        length = int(self.headers.get("Content-Length", "0"))
        form = parse_qs(self.rfile.read(length).decode())
        server.asked.append(form)
        if form.get("client_secret") != [server.secret]:
            self._send(401, {"error": "invalid_client", "error_description": "wrong secret"})
            return
        self._send(200, {"token_type": "Bearer", "expires_in": 3600, "access_token": server.token})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    behaviour: IdentityServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is none of our business."""


@contextmanager
def identity_server(certificate: Path) -> Iterator[IdentityServer]:
    """Serve on a free port of the loopback until the block ends."""
    behaviour = IdentityServer(certificate)
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
