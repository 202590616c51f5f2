"""One port for all: the API, the portal, and the screens for what is left."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from net30.api.lifespans import Late
from net30.api.serving import recognised
from net30.asgi import Composition, compose
from net30.portal.application import is_portal
from net30.portal.visitor import (
    COOKIE,
    CookieBearer,
    is_own_page,
    is_this_machine,
    principal_of,
    secret_in,
)
from tests.desk import Desk, open_desk

SECRET = "n30s_" + "a" * 43
OWN = {"sec-fetch-site": "same-origin"}


def _screens() -> Starlette:
    def shown(request: Request) -> Response:
        return PlainTextResponse(f"screens {request.url.path}")

    return Starlette(routes=[Route("/{rest:path}", shown)])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = open_desk(tmp_path_factory.mktemp("composed") / "home")
    yield desk
    desk.app.close()


def test_each_address_belongs_to_one_part(desk: Desk) -> None:
    with TestClient(compose(desk.app, partial(recognised, desk.app), _screens())) as client:
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/api/v1/me").json()["code"] == "unauthenticated"
        assert client.get("/").text == "screens /"
        assert client.get("/apifoo").text == "screens /apifoo"
        assert "screens" not in client.get("/login").text
        assert client.get("/loginfoo").text == "screens /loginfoo"


def test_pages_and_mcp_are_counted_by_their_addresses_patterns(desk: Desk) -> None:
    whole = compose(desk.app, partial(recognised, desk.app))
    here = ("127.0.0.1", 50_000)
    with TestClient(whole, base_url="http://127.0.0.1", client=here) as client:
        client.get("/login")
        client.get("/pay/main.secret.20260101.of-somebody")
        client.post("/api/mcp")
        client.get("/nowhere/Acme")
        told = client.get("/metrics").text
    for route in ("/login", "/pay/{token}", "/api/mcp", "none"):
        assert f'route="{route}"' in told
    assert "secret" not in told
    assert "Acme" not in told


def test_without_screens_the_portal_answers_what_is_left(desk: Desk) -> None:
    with TestClient(compose(desk.app, partial(recognised, desk.app))) as client:
        assert client.get("/nothing").status_code == 404


def test_a_part_that_cannot_start_stops_the_server_and_the_parts_before_it() -> None:
    told: list[str] = []

    async def part(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(2):
            kind = (await receive())["type"]
            told.append(kind)
            await send({"type": f"{kind}.complete"})

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("no room")

    whole: ASGIApp = Composition(api=part, mcp=part, portal=broken)
    answered: list[str] = []

    async def asked() -> Message:
        return {"type": "lifespan.startup"}

    async def answer(message: Message) -> None:
        answered.append(message["type"])

    async def life() -> None:
        await whole({"type": "lifespan"}, asked, answer)

    asyncio.run(life())
    assert answered == ["lifespan.startup.failed"]
    assert told == [*["lifespan.startup"] * 2, *["lifespan.shutdown"] * 2]


def test_a_late_part_is_made_by_its_first_request_and_ends_with_the_server() -> None:
    told: list[str] = []

    def make() -> ASGIApp:
        told.append("made")

        async def part(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                await PlainTextResponse("here")(scope, receive, send)
                return
            for _ in range(2):
                kind = (await receive())["type"]
                told.append(kind)
                await send({"type": f"{kind}.complete"})

        return part

    with TestClient(Late(make)) as client:
        assert told == []
        assert [client.get("/").text for _ in range(2)] == ["here", "here"]
        assert told == ["made", "lifespan.startup"]
    assert told[2:] == ["lifespan.shutdown"]
    with TestClient(Late(make)):
        pass
    assert len(told) == 3


def test_a_late_part_that_cannot_start_is_made_anew_for_the_next_request() -> None:
    made: list[str] = []

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("no room")

    def make() -> ASGIApp:
        made.append("made")
        return broken

    with TestClient(Late(make)) as client:
        for _ in range(2):
            with pytest.raises(RuntimeError, match="no room"):
                client.get("/")
    assert len(made) == 2


def test_portal_addresses_are_known_by_their_first_word() -> None:
    assert all(map(is_portal, ("/login", "/pay/abc")))
    assert not any(map(is_portal, ("/", "/invoices/login")))


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(Request(scope).headers.get("authorization", ""))(scope, receive, send)


@pytest.mark.parametrize(
    ("method", "headers", "believed"),
    [
        ("GET", {}, True),
        ("POST", OWN, True),
        ("POST", {"origin": "http://testserver"}, True),
        ("POST", {"origin": "https://books.example"}, True),
        ("POST", {}, False),
        ("POST", {"origin": "null"}, False),
        ("POST", {"origin": "https://evil.example"}, False),
        ("POST", {"sec-fetch-site": "same-site"}, False),
        ("POST", {"sec-fetch-site": "cross-site", "origin": "http://testserver"}, False),
        ("DELETE", {"sec-fetch-site": "none"}, False),
    ],
)
def test_only_our_own_pages_may_change_something_by_the_cookie(
    *, method: str, headers: dict[str, str], believed: bool
) -> None:
    client = TestClient(CookieBearer(_echo, "https://books.example"))
    sent = client.request(method, "/", headers={"cookie": f"{COOKIE}={SECRET}", **headers})
    assert sent.text == (f"Bearer {SECRET}" if believed else "")


def test_an_authorization_of_its_own_is_left_alone() -> None:
    headers = {"cookie": f"{COOKIE}={SECRET}", "authorization": "Bearer mine"}
    assert TestClient(CookieBearer(_echo)).get("/", headers=headers).text == "Bearer mine"


def test_a_key_in_a_cookie_opens_nothing() -> None:
    assert secret_in(f"a=b; {COOKIE}={SECRET}; c=d") == SECRET
    assert secret_in(f"{COOKIE}=n30k_abcd2345_{'a' * 43}") == ""
    assert secret_in(f"{COOKIE}x={SECRET}") == ""
    assert secret_in("") == ""


def test_a_cookie_of_nobody_is_nobody(desk: Desk) -> None:
    assert principal_of(partial(recognised, desk.app), f"{COOKIE}={SECRET}") is None


def test_this_machine_is_known_by_its_address() -> None:
    for host in (b"localhost:8501", b"127.0.0.1:8501", b"[::1]:8501", b"books.localhost"):
        assert is_this_machine([(b"host", host)]), host
    for host in (b"192.168.1.2", b"books.example", b"", b"localhost.evil.example"):
        assert not is_this_machine([(b"host", host)]), host
    assert not is_own_page([])
