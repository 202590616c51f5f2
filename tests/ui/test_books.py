"""The tab Connections: a program is named, connected elsewhere, pulled, pushed and let go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from net30.domain.identity.roles import Role
from net30.services.books.connections import list_connections
from tests.books_beside import Beside, connected_to
from tests.desk import open_desk
from tests.doubles.books_server import ALLOWED
from tests.doubles.xero_server import xero_server
from tests.ui.screens import draw, no_fault, open_screens, press, said


@pytest.fixture
def xero(tmp_path: Path) -> Iterator[Beside]:
    desk = open_desk(tmp_path, web_allow=ALLOWED)
    open_screens(desk)
    with xero_server() as server:
        yield connected_to(desk, "xero", server)
    desk.app.close()


def tab() -> AppTest:
    screen = draw("settings")
    screen.session_state["settings_tabs"] = "Connections"
    return no_fault(screen.run())


def test_a_connection_is_pulled_pushed_and_let_go(xero: Beside) -> None:
    xero.server.invoice("B-1", xero.server.contact("Baobab"), "1.505")
    xero.server.invoice("B-2", xero.server.contact("Teranga"), "1.50")
    screen = tab()
    assert "Lagune Conseil" in said(screen)
    press(screen, "books_pull_xero")
    assert xero.item("B-2").balance.minor == 150
    screen = tab()
    assert "B-1" in str(screen.dataframe[0].value) or "B-1" in said(screen)
    press(screen, "books_push_xero")
    press(tab(), "books_disconnect_xero")
    assert "No accounting program is connected yet" in said(tab())


def test_a_program_is_named_with_its_client(xero: Beside) -> None:
    screen = tab()
    screen.selectbox(key="books_program").set_value("quickbooks")
    screen.text_input(key="books_client_id").input("c")
    screen.text_input(key="books_client_secret").input("s3cret")
    (button,) = [one for one in screen.button if one.label == "Add"]
    screen = no_fault(button.click().run())
    with xero.desk.app.look() as ctx:
        assert [one.id for one in list_connections(ctx)] == ["quickbooks", "xero"]
    assert "s3cret" not in said(tab())


def test_who_may_neither_pull_nor_connect_sees_no_connections(xero: Beside) -> None:
    open_screens(xero.desk, Role.VIEWER)
    assert "Connections" not in {one.label for one in draw("settings").tabs}
