"""The guard lets nobody in who is not signed in, by no address and no websocket."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from starlette.responses import HTMLResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from net30.domain.identity.principal import Principal
from net30.ui.dressed import AT_ONCE_SECONDS_MAX
from net30.ui.guard import CLOSE_CODE, Guard, is_open

AWA = Principal(user="awa", name="Awa", organisation="default", permissions=frozenset())
PROGRAM = (
    '<script type="module" src="./index.js"></script><link rel="modulepreload" href="./part.js">'
)
PAGE = f'<html lang="en"><head><title>Streamlit</title>{PROGRAM}</head><body>books</body></html>'


async def _screens(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 1000})
        return
    await HTMLResponse(PAGE, headers={"etag": '"one"'})(scope, receive, send)


def _visitor(cookie: str, _organisation: str) -> Principal | None:
    return AWA if "net30_session=good" in cookie else None


def _at_once(who: Principal, language: str) -> Iterator[str]:
    yield f"<h1>{who.name}, {language}</h1>"
    yield "<p>42</p>"


def _late(_who: Principal, _language: str) -> Iterator[str]:
    yield "<h1>Dashboard</h1>"
    time.sleep(AT_ONCE_SECONDS_MAX * 1.1)
    yield "<p>too late</p>"


def _faulty(_who: Principal, _language: str) -> Iterator[str]:
    yield "<h1>Dashboard</h1>"
    raise OSError("no ledger")


@pytest.fixture
def client() -> TestClient:
    return TestClient(Guard(_screens, _visitor, _at_once), follow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/invoices", "/_stcore/health", "/_stcore/upload_file/x"])
def test_a_stranger_gets_no_page(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
    assert "books" not in answer.text


def test_a_stranger_is_led_back_to_where_they_wanted_to_go(client: TestClient) -> None:
    answer = client.get("/invoice?number=INV-1", headers={"accept": "text/html"})
    assert answer.headers["location"] == "/login?after=/invoice%3Fnumber%3DINV-1"


def test_a_program_without_a_session_is_told_so(client: TestClient) -> None:
    assert client.post("/_stcore/upload_file/x").status_code == 401


def test_a_websocket_of_a_stranger_is_closed(client: TestClient) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect("/_stcore/stream"),
    ):
        pass
    assert closed.value.code == CLOSE_CODE


def test_headers_of_our_own_name_say_nothing_about_who_comes(client: TestClient) -> None:
    forged = {"accept": "text/html", "x-net30-user": "awa", "cookie": "net30_user=awa"}
    assert client.get("/", headers=forged).status_code == 303


def test_who_is_signed_in_gets_the_page_that_may_load_nothing_of_other_hosts(
    client: TestClient,
) -> None:
    signed_in = {"accept": "text/html", "cookie": "net30_session=good", "accept-language": "fr"}
    answer = client.get("/", headers=signed_in)
    assert "books" in answer.text
    assert 'lang="fr"' in answer.text
    assert '<link rel="manifest"' in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


SIGNED_IN = {"accept": "text/html", "cookie": "net30_session=good"}


def test_the_first_screen_stands_in_its_page_before_the_program_does(client: TestClient) -> None:
    firefox = {"accept-language": "fr,fr-FR;q=0.8,en;q=0.5"}
    page = client.get("/", headers=SIGNED_IN | firefox).text
    shown = '<div id="at-once" aria-busy="true"><h1>Awa, fr</h1><p>42</p></div>'
    assert f'<body>{shown}books<template id="program">{PROGRAM}</template></body>' in page
    assert page.count(PROGRAM) == 1
    other = client.get("/invoices", headers=SIGNED_IN).text
    assert f"<title>net30</title></head><body>books{PROGRAM}</body>" in other


def test_a_page_does_not_wait_for_what_is_shown_at_once() -> None:
    slow = TestClient(Guard(_screens, _visitor, _late))
    page = slow.get("/", headers=SIGNED_IN).text
    assert "<h1>Dashboard</h1></div>books" in page


def test_a_page_comes_whole_when_what_is_shown_at_once_fails() -> None:
    faulty = TestClient(Guard(_screens, _visitor, _faulty))
    page = faulty.get("/", headers=SIGNED_IN).text
    assert "<h1>Dashboard</h1></div>books" in page


@pytest.mark.parametrize("path", ["/static/../secret", "/app/static/../main.py", "/staticky"])
def test_what_is_open_to_all_is_nothing_else(path: str) -> None:
    assert not is_open(path)
