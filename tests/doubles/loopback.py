"""A server on the loopback, for doubles that are spoken to over HTTP, with TLS or without."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast


class Answering(BaseHTTPRequestHandler):
    """What answers one connection; `behaviour` is the double that it speaks for."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def behaviour(self) -> Any:
        """Return the double."""
        return cast("_Listener", self.server).behaviour

    def get(self) -> None:
        """Answer what is asked; a double that is only told things has no answer."""
        self.tell(405, {})

    def post(self) -> None:
        """Answer what is told."""
        self.tell(405, {})

    def do_GET(self) -> None:
        self.get()

    def do_POST(self) -> None:
        self.post()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Keep quiet."""

    def content(self) -> bytes:
        """Return what the request brought."""
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def tell(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        """Answer with JSON."""
        self.tell_bytes(status, json.dumps(body).encode(), headers)

    def tell_bytes(
        self, status: int, content: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer with what is JSON, or is said by the headers to be something else."""
        self.send_response(status)
        usual = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        for name, value in {**usual, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    behaviour: object

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or does not trust us, is what some tests want."""


@contextmanager
def listening(
    answering: type[Answering],
    behaviour: object,
    *,
    certificate: Path | None = None,
    port: int = 0,
) -> Iterator[int]:
    """Serve until the block ends, and lend the port: a free one where none is named."""
    with _Listener(("127.0.0.1", port), answering) as listener:
        listener.behaviour = behaviour
        if certificate is not None:
            trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trusted.load_cert_chain(certificate)
            listener.socket = trusted.wrap_socket(listener.socket, server_side=True)
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield int(listener.server_address[1])
        finally:
            listener.shutdown()
            thread.join(5)
