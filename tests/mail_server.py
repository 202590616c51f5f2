"""A mail server on the loopback, as real as a client can tell; it keeps what it is given."""

from __future__ import annotations

import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast


@dataclass(slots=True)
class MailServer:
    """How the server behaves, and what it was given.

    `replies` gives another answer than the usual to a command (or to "banner" and "data", the
    end of a message). `tls` is "", "starttls" or "throughout". `silent` never says a word. That a
    message was taken is said after `pause_seconds`.
    """

    replies: dict[str, str] = field(default_factory=dict)
    tls: str = ""
    certificate: Path | None = None
    silent: bool = False
    port: int = 0
    pause_seconds: float = 0.0
    messages: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


class _Session(socketserver.BaseRequestHandler):
    """One client."""

    def handle(self) -> None:
        self.behaviour = cast("_Listener", self.server).behaviour
        if self.behaviour.silent:
            self.behaviour.release.wait(20)
            return
        try:
            if self.behaviour.tls == "throughout":
                self._encrypt()
            self._talk()
        except OSError:  # the client hung up, or did not trust the certificate
            return
        finally:
            self.request.close()

    def _talk(self) -> None:
        self._say("banner", "220 loopback ESMTP")
        stream = self._stream()
        encrypted = self.behaviour.tls == "throughout"
        while line := stream.readline():
            command = line.decode().strip()
            verb = command.split(":")[0].split(" ")[0].upper()
            self.behaviour.commands.append(command)
            if verb == "EHLO":
                offers = self.behaviour.tls == "starttls" and not encrypted
                lines = ["loopback", *(["STARTTLS"] if offers else []), "AUTH PLAIN", "8BITMIME"]
                text = "\r\n".join(f"250-{entry}" for entry in lines[:-1])
                self._say(verb, f"{text}\r\n250 {lines[-1]}")
            elif verb == "STARTTLS":
                self._say(verb, "220 go ahead")
                self._encrypt()
                stream, encrypted = self._stream(), True
            elif verb == "AUTH":
                self._say(verb, "235 welcome")
            elif verb == "RCPT":
                self._rcpt(command)
            elif verb == "DATA":
                self._say(verb, "354 go on")
                if verb in self.behaviour.replies:
                    continue
                self.behaviour.messages.append(_message(stream))
                time.sleep(self.behaviour.pause_seconds)
                self._say("data", "250 taken")
            elif verb == "QUIT":
                self._say(verb, "221 bye")
                return
            else:
                self._say(verb, "250 ok")

    def _rcpt(self, command: str) -> None:
        address = command.partition("<")[2].partition(">")[0]
        if address in self.behaviour.replies:
            self._say(address, "")
            return
        self.behaviour.recipients.append(address)
        self._say("RCPT", "250 ok")

    def _say(self, what: str, usual: str) -> None:
        self.request.sendall(f"{self.behaviour.replies.get(what, usual)}\r\n".encode())

    def _stream(self) -> BinaryIO:
        return cast("BinaryIO", self.request.makefile("rb"))

    def _encrypt(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        assert self.behaviour.certificate is not None
        context.load_cert_chain(self.behaviour.certificate)
        self.request = context.wrap_socket(self.request, server_side=True)


class _Listener(socketserver.ThreadingTCPServer):
    """The listening socket."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, behaviour: MailServer) -> None:
        self.behaviour = behaviour
        super().__init__(("127.0.0.1", 0), _Session)


@contextmanager
def running(behaviour: MailServer) -> Iterator[MailServer]:
    """Lend a running server; its port is free and its own."""
    with _Listener(behaviour) as listener:
        behaviour.port = listener.server_address[1]
        thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield behaviour
        finally:
            behaviour.release.set()
            listener.shutdown()
            thread.join()


def _message(stream: BinaryIO) -> bytes:
    lines = []
    while (line := stream.readline()) not in {b".\r\n", b""}:
        lines.append(line.removeprefix(b"."))
    return b"".join(lines)
