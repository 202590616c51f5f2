"""A receiver of webhooks on this machine: keeps what it is told and answers as it is set."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from standardwebhooks.webhooks import Webhook

ALLOWED = "127.0.0.1/32"
"""What NET30_WEB_ALLOW must say for it to be reached."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def told(self) -> dict[str, Any]:
        """What the message says."""
        told: dict[str, Any] = json.loads(self.content)
        return told

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of its signatures was made with a secret, whenever that was."""
        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        name = self.headers["webhook-id"]
        signature = Webhook(secret).sign(name, at, self.content.decode())
        return signature in self.headers["webhook-signature"].split(" ")

    def verified(self, secret: str) -> dict[str, Any]:
        """What the message says, when Standard Webhooks' own library believes it."""
        told: dict[str, Any] = Webhook(secret).verify(self.content, self.headers)
        return told


@dataclass(slots=True)
class Receiver:
    """Where to send, what came, and how the next requests are answered (the last one for ever)."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    pause_seconds: float = 0.0

    def wait_for(self, count: int, seconds: float = 20.0) -> list[Heard]:
        """Wait until so many requests came, and return them."""
        until = time.monotonic() + seconds
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.02)
        assert len(self.heard) >= count, f"{len(self.heard)} of {count} messages came"
        return self.heard


@contextmanager
def receiving(host: str = "127.0.0.1") -> Iterator[Receiver]:
    """Run a receiver on a free port."""
    receiver = Receiver()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            named = {name.lower(): value for name, value in self.headers.items()}
            content = self.rfile.read(length)
            receiver.heard.append(Heard(self.command, self.path, named, content))
            answers = receiver.answers
            status = answers.pop(0) if len(answers) > 1 else answers[0]
            time.sleep(receiver.pause_seconds)
            with suppress(ConnectionError):  # whoever told it may be dead by now
                self.answer(status)

        def answer(self, status: int) -> None:
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(receiver.body)))
            self.end_headers()
            self.wfile.write(receiver.body)

        do_GET = do_POST  # noqa: N815 - the name that the server calls

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((host, 0), Door)
    receiver.url = f"http://{host}:{server.server_port}/in"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
