"""Accounting programs from the terminal, against a Xero on this machine."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from net30.cli import exits
from tests.cli.typed import Typed
from tests.doubles.books_server import ALLOWED
from tests.doubles.xero_server import XeroServer, xero_server


@pytest.fixture
def net30(net30: Typed, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Type a command; what is piped in is its client secret."""
    monkeypatch.setenv("NET30_WEB_ALLOW", ALLOWED)

    def typed(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("s3cret\n"))
        return net30(*words)

    return typed


@pytest.fixture
def server() -> Iterator[XeroServer]:
    with xero_server() as lent:
        yield lent


def test_connect_pull_push_and_disconnect(net30: Typed, server: XeroServer) -> None:
    code, told = net30("books", "list")
    assert code == 0
    assert "quickbooks, xero" in told
    client = ("--client-id", server.client_id, "--address", server.url)
    code, told = net30("books", "connect", "xero", *client, "--json")
    asked = json.loads(told)
    assert asked["redirect_uri"].endswith("/books/callback")
    assert "s3cret" not in told
    returned = f"{asked['redirect_uri']}?{urlencode(server.consent(asked['address']))}"
    assert net30("books", "finish", returned)[0] == 0
    assert net30("books", "finish", returned)[0] != 0
    server.invoice("B-1", server.contact("Baobab SARL"), "12.50")
    code, told = net30("books", "pull", "xero")
    assert (code, "1 are new" in told) == (0, True)
    assert net30("books", "set", "xero", "--option", "sales_account=400", "--push")[0] == 0
    code, told = net30("books", "status", "xero", "--json")
    shown = json.loads(told)
    assert (shown["state"], shown["company"], shown["scheduled_push"]) == (
        "connected",
        "Lagune Conseil",
        True,
    )
    assert shown["options"] == {"sales_account": "400"}
    assert "refresh-1" not in told
    assert "sales_account = 400" in net30("books", "status", "xero")[1]
    code, told = net30("books", "push", "xero")
    assert (code, "0 documents" in told) == (0, True)
    assert "pulled" in net30("books", "list")[1]
    assert net30("books", "disconnect", "xero")[0] == 0
    assert server.revoked
    assert net30("books", "status", "xero")[0] != 0


def test_what_was_found_wrong_decides_the_exit_code(net30: Typed, server: XeroServer) -> None:
    client = ("--client-id", server.client_id, "--address", server.url)
    asked = json.loads(net30("books", "connect", "xero", *client, "--json")[1])
    returned = f"{asked['redirect_uri']}?{urlencode(server.consent(asked['address']))}"
    net30("books", "finish", returned)
    server.invoice("B-1", server.contact("Baobab SARL"), "12.505")
    code, told = net30("books", "pull", "xero")
    assert (code, "B-1" in told) == (exits.FAULTS, True)
    assert "amount_decimals" in net30("books", "status", "xero")[1]
    assert net30("books", "set", "xero", "--option", "colour")[0] != 0
    assert net30("books", "choose", "xero", "Nobody Ltd")[0] != 0


def test_a_connection_s_address_is_guarded(net30: Typed) -> None:
    code, told = net30(
        "books", "connect", "xero", "--client-id", "c", "--address", "http://169.254.169.254"
    )
    assert code != 0
    assert "169.254.169.254" in told


def test_plugins_are_listed_without_a_home(net30: Typed) -> None:
    code, told = net30("plugins", "--json", "--room", "net30.adapters.books")
    assert code == 0
    assert [(one["name"], one["fault"]) for one in json.loads(told)] == [
        ("quickbooks", ""),
        ("xero", ""),
    ]
    assert "0 plugins" in net30("plugins", "--outside")[1]
