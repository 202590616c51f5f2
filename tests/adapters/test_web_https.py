"""The web by sockets: in time, in bounds, to whom was looked at, under the name that was asked."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from threading import Thread

import pytest
import trustme

from net30.adapters.web.https import HttpsWeb, build, look_up
from net30.kernel.errors import InputError, Unavailable
from net30.kernel.web_address import Ip, read_reach
from net30.ports.web import ANSWER_BYTES_MAX, WebRequest
from tests.doubles.receiver import Receiver, receiving

HERE = read_reach("127.0.0.1")


def at(*machines: str) -> Callable[[str, int], Sequence[Ip]]:
    """A resolver that knows one answer."""
    return lambda _host, _port: tuple(ip_address(one) for one in machines)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as lent:
        yield lent


@contextmanager
def speaking(written: bytes, *, drip: float = 0.0) -> Iterator[str]:
    """A server that says one thing, byte by byte when it drips, and the URL of it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            with suppress(OSError):
                channel, _ = listening.accept()
                with channel:
                    channel.recv(65536)
                    for byte in [written] if not drip else [bytes([one]) for one in written]:
                        channel.sendall(byte)
                        time.sleep(drip)

        thread = Thread(target=speak, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    thread.join(5)


def ask(url: str, **more: object) -> bytes:
    web = HttpsWeb(HERE, seconds=5.0, **more)  # type: ignore[arg-type] # its fields
    return web.send(WebRequest(url=url)).content


def test_a_request_comes_as_it_was_written(receiver: Receiver) -> None:
    web = build("127.0.0.1")
    receiver.body, receiver.headers = b"thanks", {"X-Told": "yes"}
    receiver.answers = [202]
    headers = {"Content-Type": "application/json", "Host": "evil.example", "X-A": "b"}
    sent = WebRequest(url=f"{receiver.url}?a=1", method="POST", headers=headers, content=b"{}")
    answer = web.send(sent)
    assert (answer.status, answer.content, answer.headers["x-told"]) == (202, b"thanks", "yes")
    assert answer.milliseconds >= 0
    (heard,) = receiver.heard
    assert (heard.method, heard.path, heard.content) == ("POST", "/in?a=1", b"{}")
    assert heard.headers["host"] == receiver.url.split("/")[2]
    assert heard.headers["x-a"] == "b"
    assert heard.headers["user-agent"].startswith("net30/")


def test_a_redirect_is_an_answer_and_nothing_follows_it(receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [302], {"Location": receiver.url}
    answer = build("127.0.0.1").send(WebRequest(url=receiver.url))
    assert (answer.status, len(receiver.heard)) == (302, 1)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "é", "\0"])
def test_a_header_brings_no_line_of_its_own(receiver: Receiver, value: str) -> None:
    with pytest.raises(InputError, match="header"):
        build("127.0.0.1").send(WebRequest(url=receiver.url, headers={"X-A": value}))
    assert receiver.heard == []


def test_a_name_is_looked_up_once_and_what_was_found_is_called(receiver: Receiver) -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[Ip]:
        asked.append(host)
        return (ip_address("127.0.0.1"),) if len(asked) == 1 else (ip_address("127.0.0.9"),)

    port = receiver.url.rpartition(":")[2]
    ask(f"http://hooks.example.com:{port}", resolve=resolve)
    assert asked == ["hooks.example.com"]
    assert receiver.heard[0].headers["host"] == f"hooks.example.com:{port.removesuffix('/in')}"


def test_one_bad_machine_among_good_ones_is_enough_to_refuse(receiver: Receiver) -> None:
    url = f"http://hooks.example.com:{receiver.url.rpartition(':')[2]}"
    with pytest.raises(InputError, match="public internet"):
        ask(url, resolve=at("127.0.0.1", "10.0.0.1"))
    with pytest.raises(Unavailable, match="no machine"):
        ask(url, resolve=at())
    assert receiver.heard == []


def test_the_next_machine_of_a_name_is_tried_when_one_does_not_answer(receiver: Receiver) -> None:
    port = receiver.url.rpartition(":")[2]
    web = HttpsWeb(read_reach("127.0.0.0/8"), at("127.0.0.7", "127.0.0.1"), seconds=5.0)
    assert web.send(WebRequest(url=f"http://hooks.example.com:{port}")).status == 204


def test_nobody_there_is_told_as_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unavailable, match="does not answer") as refused:
        ask(f"http://127.0.0.1:{port}/")
    assert refused.value.code == "web_unreached"


def test_an_unknown_name_and_a_resolver_that_sleeps_are_unavailable() -> None:
    def unknown(_host: str, _port: int) -> Sequence[Ip]:
        raise socket.gaierror("no such name")

    def slow(_host: str, _port: int) -> Sequence[Ip]:
        time.sleep(0.5)
        return ()

    with pytest.raises(Unavailable, match="not known"):
        ask("https://hooks.example.com/", resolve=unknown)
    with pytest.raises(Unavailable, match="in time"):
        HttpsWeb(HERE, slow, seconds=0.1).send(WebRequest(url="https://hooks.example.com/"))


def test_an_answer_that_drips_is_given_up_in_time() -> None:
    with speaking(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"x" * 100, drip=0.1) as url:
        began = time.monotonic()
        with pytest.raises(Unavailable, match=r"too long|timed out"):
            HttpsWeb(HERE, seconds=0.6).send(WebRequest(url=url))
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b"x" * (ANSWER_BYTES_MAX + 2),
    ],
)
def test_what_is_no_answer_of_a_web_server_is_unavailable(written: bytes) -> None:
    with speaking(written) as url, pytest.raises(Unavailable):
        ask(url)


@contextmanager
def tls_server(authority: trustme.CA, name: str) -> Iterator[int]:
    """A server that shows a certificate of a name, and its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            with suppress(OSError), context.wrap_socket(listening.accept()[0], True) as channel:
                channel.recv(65536)
                channel.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

        thread = Thread(target=speak, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
    thread.join(5)


def test_a_certificate_must_be_of_the_name_that_was_asked_for() -> None:
    authority = trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    here = at("127.0.0.1")
    with tls_server(authority, "hooks.example.com") as port:
        ask(f"https://hooks.example.com:{port}/", resolve=here, tls=trusting)
    with (
        tls_server(authority, "evil.example.com") as port,
        pytest.raises(Unavailable, match=r"(?i)certificate"),
    ):
        ask(f"https://hooks.example.com:{port}/", resolve=here, tls=trusting)
    with (
        tls_server(authority, "hooks.example.com") as port,
        pytest.raises(Unavailable, match=r"(?i)certificate"),
    ):
        ask(f"https://hooks.example.com:{port}/", resolve=here)


def test_the_systems_resolver_knows_this_machine() -> None:
    assert ip_address("127.0.0.1") in look_up("127.0.0.1", 80)
    assert build("").check("https://hooks.example.com/").host == "hooks.example.com"
