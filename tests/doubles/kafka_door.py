"""A door before a Kafka cluster: TLS and sign-in by SASL, as Event Hubs asks for them.

The mock cluster knows neither, so this takes the place of its address, answers the two frames of
the sign-in itself and passes everything else on as it comes.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.doubles.kafka_cluster import KafkaCluster

HANDSHAKE, VERSIONS, AUTHENTICATE = 17, 18, 36
FLEXIBLE_VERSIONS = 3
REFUSED = 58  # SASL_AUTHENTICATION_FAILED


@dataclass
class Door:
    """Who may pass, who tried, and where it stands."""

    tls: ssl.SSLContext
    user: str
    password: str
    target: tuple[str, int]
    port: int = 0
    mechanism: str = "PLAIN"  # or OAUTHBEARER: the password is the token, and there is no user
    tried: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def kafka_door(
    cluster: KafkaCluster, tls: ssl.SSLContext, user: str, password: str
) -> Iterator[Door]:
    """Lend a door whose address the cluster tells its clients while it is there."""
    host, port = cluster.bootstrap.split(":")
    door = Door(tls, user, password, (host, int(port)))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        door.port = listener.getsockname()[1]
        cluster.advertise("localhost", door.port)
        threading.Thread(target=_serve, args=(listener, door), daemon=True).start()
        try:
            yield door
        finally:
            cluster.advertise(host, int(port))


def _serve(listener: socket.socket, door: Door) -> None:
    with suppress(OSError):
        while True:
            plain, _ = listener.accept()
            threading.Thread(target=_pass, args=(plain, door), daemon=True).start()


def _pass(plain: socket.socket, door: Door) -> None:
    with suppress(OSError, ssl.SSLError, EOFError):
        client = door.tls.wrap_socket(plain, server_side=True)
        with client, socket.create_connection(door.target) as cluster:
            if _sign_in(client, cluster, door):
                threading.Thread(target=_copy, args=(cluster, client), daemon=True).start()
                _copy(client, cluster)


def _sign_in(client: socket.socket, cluster: socket.socket, door: Door) -> bool:
    """Answer the sign-in; what a client asks before, which versions there are, is passed on."""
    while True:
        frame = _frame(client)
        api, version, correlation = struct.unpack(">hhi", frame[:8])
        if api == HANDSHAKE:
            known = door.mechanism.encode()
            _answer(client, correlation, struct.pack(">hih", 0, 1, len(known)) + known)
        elif api == AUTHENTICATE:
            given = _given(frame, door.mechanism)
            door.tried.append(given)
            fits = given == (door.user, door.password)
            error = struct.pack(">h", 0 if fits else REFUSED)
            body = error + struct.pack(">hi", -1, 0) + (bytes(8) if version else b"")
            _answer(client, correlation, body)
            return fits
        else:
            cluster.sendall(struct.pack(">i", len(frame)) + frame)
            answer = _frame(cluster)
            if api == VERSIONS:
                answer = _with_sign_in(answer, version)
            client.sendall(struct.pack(">i", len(answer)) + answer)


def _given(frame: bytes, mechanism: str) -> tuple[str, str]:
    if mechanism == "PLAIN":
        _, user, password = frame.rsplit(b"\0", 2)
        return user.decode(), password.decode()
    return "", frame.partition(b"auth=Bearer ")[2].partition(b"\1")[0].decode()


def _with_sign_in(answer: bytes, version: int) -> bytes:
    """Return the list of what a broker can do, with the sign-in added."""
    compact = version >= FLEXIBLE_VERSIONS
    more = [struct.pack(">hhh", HANDSHAKE, 0, 1), struct.pack(">hhh", AUTHENTICATE, 0, 1)]
    head, rest = answer[:6], answer[6:]  # correlation and error
    if compact:
        assert rest[0] < 126, "the count is one byte"
        added = b"".join(one + b"\0" for one in more)
        return head + bytes([rest[0] + len(more)]) + added + rest[1:]
    (count,) = struct.unpack(">i", rest[:4])
    return head + struct.pack(">i", count + len(more)) + b"".join(more) + rest[4:]


def _answer(client: socket.socket, correlation: int, body: bytes) -> None:
    client.sendall(struct.pack(">ii", len(body) + 4, correlation) + body)


def _frame(line: socket.socket) -> bytes:
    (length,) = struct.unpack(">i", _exactly(line, 4))
    return _exactly(line, length)


def _exactly(line: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        if not (more := line.recv(count - len(found))):
            raise EOFError
        found += more
    return found


def _copy(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while chunk := here.recv(65_536):
            there.sendall(chunk)
    with suppress(OSError):
        there.shutdown(socket.SHUT_RDWR)
