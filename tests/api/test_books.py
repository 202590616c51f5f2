"""Accounting programs over HTTP: connected, pulled, pushed and let go, by who may."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from net30.domain.identity.roles import Role
from tests.api.front import Front, open_front
from tests.doubles.books_server import ALLOWED
from tests.doubles.xero_server import XeroServer, xero_server


@pytest.fixture(scope="module")
def open_to_us(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with open_front(tmp_path_factory.mktemp("front") / "home", web_allow=ALLOWED) as opened:
        yield opened


@pytest.fixture
def server() -> Iterator[XeroServer]:
    with xero_server() as lent:
        yield lent


def connected(front: Front, server: XeroServer, name: str) -> None:
    """Connect over HTTP: the browser's answer is handed in by its address."""
    asked = front.post(
        "/books",
        {
            "program": "xero",
            "name": name,
            "client_id": server.client_id,
            "client_secret": server.client_secret,
            "address": server.url,
        },
    )
    assert asked.status_code == 200, asked.text
    told = asked.json()
    back = f"{told['redirect_uri']}?{urlencode(server.consent(told['address']))}"
    shown = front.post("/books/finish", {"address": back})
    assert shown.status_code == 200, shown.text
    assert shown.json()["state"] == "connected"
    again = front.post("/books/finish", {"address": back})
    assert (again.status_code, again.json()["code"]) == (403, "books_state")


def test_connect_pull_push_and_let_go(open_to_us: Front, server: XeroServer) -> None:
    front = open_to_us
    connected(front, server, "xero-a")
    server.invoice("HTTP-1", server.contact("Baobab SARL"), "12.50")
    pulled = front.post("/books/xero-a/pull", {})
    assert pulled.status_code == 200, pulled.text
    assert pulled.json()["added"] == 1
    front.settled()
    assert front.post("/books/xero-a/pull", {"all": True}).json()["unchanged"] == 1
    changed = front.post(
        "/books/xero-a/options", {"options": [{"name": "sales_account", "value": "400"}]}
    )
    assert changed.json().get("options") == {"sales_account": "400"}, changed.text
    assert front.post("/books/xero-a/push", {"since": "2026-12-01"}).json()["documents"] == 0
    shown = front.get("/books/xero-a").json()
    assert dict(shown["last_pull"]["counts"])["unchanged"] == 1
    assert "access-" not in front.get("/books").text
    assert "s3cret" not in front.get("/books").text
    assert set(front.get("/books/programs").json()) >= {"quickbooks", "xero"}
    gone = front.post("/books/xero-a/disconnect")
    assert gone.json() == {"connection": "xero-a", "not_revoked": ""}
    assert front.get("/books/xero-a").status_code == 404


def test_a_repeated_request_asks_the_program_once(open_to_us: Front, server: XeroServer) -> None:
    front = open_to_us
    connected(front, server, "xero-b")
    key = {"Idempotency-Key": "pull-once"}
    first = front.send("POST", "/books/xero-b/pull", {}, headers=key)
    asked = len(server.asked)
    again = front.send("POST", "/books/xero-b/pull", {}, headers=key)
    assert again.json() == first.json()
    assert len(server.asked) == asked


def test_a_program_s_limit_is_told_as_such(open_to_us: Front, server: XeroServer) -> None:
    front = open_to_us
    connected(front, server, "xero-c")
    server.busy, server.seconds = 1, 900
    told = front.post("/books/xero-c/pull", {})
    assert (told.status_code, told.json()["code"]) == (503, "books_limit")


def test_who_may_what(open_to_us: Front, server: XeroServer) -> None:
    connected(open_to_us, server, "xero-d")
    accountant = {"role": Role.ACCOUNTANT}
    assert open_to_us.post("/books/xero-d/pull", {}, **accountant).status_code == 200
    assert open_to_us.post("/books/xero-d/disconnect", **accountant).status_code == 403
    assert open_to_us.post("/books/xero-d/pull", {}, role=Role.VIEWER).status_code == 403
    assert open_to_us.get("/books", role=Role.VIEWER).status_code == 200
    assert open_to_us.get("/books/xero-d", of="rival").status_code in (401, 403, 404)
