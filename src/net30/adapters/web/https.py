"""The web by sockets: a name is looked up once, and only what was looked at is connected to.

So a name cannot stand for a public machine when it is checked and for one of ours when it is
called. TLS checks the name, not the address. No proxy, no cookie, no redirect, no kept connection.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPException, HTTPResponse
from ipaddress import ip_address
from threading import Thread
from typing import TYPE_CHECKING

from net30 import __version__
from net30.kernel.errors import InputError, Unavailable
from net30.kernel.web_address import Ip, Reach, WebAddress, read_reach
from net30.ports.web import SECONDS_MAX, Web, WebAnswer, WebRequest

if TYPE_CHECKING:  # collections.abc has it from 3.12 on
    from _typeshed import WriteableBuffer

ADDRESSES_TRIED_MAX = 3
_AGENT = f"net30/{__version__}"
_OURS = frozenset({"host", "user-agent", "content-length", "connection", "accept-encoding"})

Resolve = Callable[[str, int], Sequence[Ip]]
"""From a name and a port to the machines that it stands for; raises OSError for none."""


@cache
def build(allow: str) -> Web:
    """Return the web; `allow` are networks of our own that may be reached too."""
    return HttpsWeb(read_reach(allow))


def look_up(host: str, port: int) -> tuple[Ip, ...]:
    """Return the machines that the system's resolver knows by a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class HttpsWeb:
    """The public internet, and the networks that a setting allows."""

    reach: Reach
    resolve: Resolve = look_up
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    seconds: float = SECONDS_MAX

    def check(self, url: str) -> WebAddress:
        """Return a URL in its parts; raise InputError for one that can never be fetched."""
        return self.reach.check(url)

    def send(self, request: WebRequest) -> WebAnswer:
        """Return the answer to one request; see net30.ports.web."""
        address = self.reach.check(request.url)
        written = _written(request, address)
        began = time.monotonic()
        until = began + self.seconds
        try:
            machines = self._machines(address, until)
            with self._connected(address, machines, until) as channel:
                channel.settimeout(_left(until))
                channel.sendall(written)
                return _answer(channel, request, began, until)
        except (OSError, HTTPException) as error:
            raise _unreached(address, error) from error

    def _machines(self, address: WebAddress, until: float) -> tuple[Ip, ...]:
        """Return the machines of a name, all of which may be reached; looked up only here."""
        found = _in_time(lambda: self.resolve(address.host, address.port), until)
        if not found:
            raise OSError("the name stands for no machine")
        self.reach.check_machines(address, found)
        return tuple(found)

    def _connected(
        self, address: WebAddress, machines: Sequence[Ip], until: float
    ) -> socket.socket:
        error: OSError | None = None
        for machine in machines[:ADDRESSES_TRIED_MAX]:
            try:
                plain = socket.create_connection((str(machine), address.port), _left(until))
            except OSError as failed:
                error = failed
                continue
            return self._secured(plain, address, until)
        raise error or OSError("no machine answers")

    def _secured(self, plain: socket.socket, address: WebAddress, until: float) -> socket.socket:
        if address.scheme != "https":
            return plain
        try:
            plain.settimeout(_left(until))
            return self.tls.wrap_socket(plain, server_hostname=address.host)
        except OSError:
            plain.close()
            raise


def _in_time(look: Callable[[], Sequence[Ip]], until: float) -> Sequence[Ip]:
    """Look a name up, but not for longer than there is; the system's resolver knows no limit."""
    found: list[Sequence[Ip]] = []
    faults: list[OSError | UnicodeError] = []

    def looked() -> None:
        try:
            found.append(look())
        except (OSError, UnicodeError) as error:
            faults.append(error)

    thread = Thread(target=looked, name="net30-look-up", daemon=True)
    thread.start()
    thread.join(_left(until))
    if faults:
        raise OSError(f"the name is not known ({faults[0]})")
    if not found:
        raise TimeoutError("nobody told in time which machine the name stands for")
    return found[0]


def _written(request: WebRequest, address: WebAddress) -> bytes:
    """Return a request as it is sent; a header can bring no line of its own."""
    given = {name.lower(): value for name, value in request.headers.items()}
    headers = {
        "host": address.authority,
        "user-agent": _AGENT,
        **{name: value for name, value in given.items() if name not in _OURS},
        "content-length": str(len(request.content)),
        "accept-encoding": "identity",
        "connection": "close",
    }
    lines = [f"{request.method} {address.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if any(not line.isprintable() or not line.isascii() for line in lines):
        raise InputError(
            "a header of the request cannot be sent", hint="use plain ASCII", code="web_header"
        )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + request.content


def _answer(channel: socket.socket, request: WebRequest, began: float, until: float) -> WebAnswer:
    # HTTPResponse asks its socket for a file and for nothing else.
    response = HTTPResponse(_InTime(channel, until), method=request.method)  # type: ignore[arg-type] # it reads as a socket
    try:
        response.begin()
        content = response.read(request.answer_bytes_max + 1)
    finally:
        response.close()
    if len(content) > request.answer_bytes_max:
        raise OSError(f"the answer has more than {request.answer_bytes_max:,} bytes")
    return WebAnswer(
        status=response.status,
        headers={name.lower(): value for name, value in response.getheaders()},
        content=content,
        milliseconds=round((time.monotonic() - began) * 1000),
    )


class _InTime(io.RawIOBase):
    """A socket's incoming bytes until a moment, however slowly they drip."""

    def __init__(self, channel: socket.socket, until: float) -> None:
        self._channel = channel
        self._until = until

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        self._channel.settimeout(_left(self._until))
        return self._channel.recv_into(buffer)


def _left(until: float) -> float:
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("it took too long")
    return seconds


def _unreached(address: WebAddress, error: Exception) -> Unavailable:
    why = str(error) or type(error).__name__
    return Unavailable(
        f"{address.scheme}://{address.authority} does not answer: {why[:200]}",
        hint="check the address, and that its server runs",
        code="web_unreached",
    )
