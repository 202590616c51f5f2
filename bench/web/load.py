"""Load: several clients that ask a server over kept connections, each when it was answered.

One thread and plain sockets: on a machine of two cores whatever the client costs is taken from
the server.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ANSWER_SECONDS_MAX = 30.0
TICKS_PER_SECOND = 100  # of /proc, on every Linux that people use
_END_OF_HEAD = b"\r\n\r\n"


@dataclass(slots=True)
class Measured:
    """What came of a load; seconds of each answer."""

    seconds: float = 0.0
    answers: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Return answers in a second."""
        return len(self.answers) / self.seconds

    def percentile(self, percent: float) -> float:
        """Return the seconds that so many of a hundred answers took at most."""
        ordered = sorted(self.answers)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    def only(self, status: int) -> Measured:
        """Return itself; raise AssertionError for answers of another status."""
        assert set(self.statuses) == {status}, self.statuses
        return self

    def add(self, other: Measured) -> None:
        """Count another turn in."""
        self.seconds += other.seconds
        self.answers += other.answers
        self.statuses += other.statuses


def request(
    method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> bytes:
    """Write a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + _END_OF_HEAD + body


def ask(port: int, clients: Sequence[Iterator[bytes]], seconds: float) -> Measured:
    """Have each client send its requests for so long; those under way are answered still."""
    measured = Measured()
    with selectors.DefaultSelector() as waiting:
        for requests in clients:
            client = _Client(port, requests)
            waiting.register(client.wire, selectors.EVENT_READ, client)
            client.send()
        began = time.perf_counter()
        until = began + seconds
        busy = len(clients)
        while busy:
            ready = waiting.select(ANSWER_SECONDS_MAX)
            assert ready, "the server does not answer"
            for key, _ in ready:
                client = key.data
                if not client.read(measured):
                    continue
                if time.perf_counter() < until:
                    client.send()
                else:
                    waiting.unregister(client.wire)
                    client.wire.close()
                    busy -= 1
        measured.seconds = time.perf_counter() - began
    return measured


class _Client:
    """One kept connection."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port))
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self._sent = 0.0
        self._read = b""

    def send(self) -> None:
        self._read = b""
        self._sent = time.perf_counter()
        self.wire.sendall(next(self._requests))

    def read(self, measured: Measured) -> bool:
        """Take in what came; tell whether the answer is whole."""
        came = self.wire.recv(262_144)
        assert came, f"the server closed the connection after {self._read[:200]!r}"
        self._read += came
        head, found, body = self._read.partition(_END_OF_HEAD)
        if not found or len(body) < _length(head):
            return False
        measured.answers.append(time.perf_counter() - self._sent)
        measured.statuses[int(head[9:12])] += 1
        return True


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    raise AssertionError(f"an answer without a length: {head[:200]!r}")


def seconds_of_processor(process: int) -> float:
    """Return what a process has cost so far, all its threads together."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / TICKS_PER_SECOND
