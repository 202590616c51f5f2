"""A managed identity, as machines of Azure have one: an address that gives tokens."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import cast
from urllib.parse import parse_qs, urlsplit


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


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Keep quiet."""

    def do_GET(self) -> None:
        identity = cast("_Listener", self.server).behaviour
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
        content = json.dumps(body).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    behaviour: ManagedIdentity


@contextmanager
def managed_identity(token: str) -> Iterator[ManagedIdentity]:
    """Serve on a free port of the loopback until the block ends."""
    behaviour = ManagedIdentity(token)
    with _Listener(("127.0.0.1", 0), _Handler) as listener:
        listener.behaviour = behaviour
        behaviour.port = listener.server_address[1]
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield behaviour
        finally:
            listener.shutdown()
            thread.join(5)
