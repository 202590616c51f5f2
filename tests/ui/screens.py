"""Screens in tests: a page drawn without a browser, over a real home, for a role."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import streamlit as st
from streamlit.testing.v1 import AppTest

from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Role, permissions_of
from net30.ui import shell
from net30.ui.office import Office, open_office
from net30.ui.place import places
from tests.desk import Desk

SECONDS = 60


@dataclass(slots=True)
class Doorkeeper:
    """Says who looks; `role` None: nobody is signed in."""

    role: Role | None = Role.OWNER
    organisation: str = ""
    poked: list[str] = field(default_factory=list)

    def __call__(self, cookie: str, organisation: str) -> Principal | None:
        """Return who the browser belongs to."""
        if self.role is None:
            return None
        return Principal(
            user="awa",
            name="Awa Koné",
            organisation=self.organisation,
            permissions=permissions_of(self.role),
        )


def open_screens(desk: Desk, role: Role | None = Role.OWNER) -> Doorkeeper:
    """Open the screens over a desk, for somebody of a role."""
    keeper = Doorkeeper(role, desk.app.organisation)

    def poke(organisation: str) -> None:
        keeper.poked.append(organisation)
        desk.app.of(organisation).settle()

    desk.app.settle()
    open_office(Office(app=desk.app, visitor=keeper, poke=poke))
    return keeper


def draw(page: str, **asked: str) -> AppTest:
    """Return a page as it is drawn, with the shell around it."""
    screen = AppTest.from_function(_script, default_timeout=SECONDS)
    screen.session_state["drawn_page"] = page
    for name, value in asked.items():
        screen.query_params[name] = value
    return screen.run()


def _script() -> None:
    from tests.ui.screens import drawn

    drawn()


def drawn() -> None:
    """Draw the page that the test asks for: a test has no address bar."""
    visit = shell.arrive()
    if visit is None:
        return
    shell.frame(visit)
    name = st.session_state.drawn_page
    shell.shown(visit, name, places()[name])


def said(screen: AppTest) -> str:
    """Every text of a page, a line each."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "warning", "success")
    lines = [str(one.value) for kind in kinds for one in getattr(screen, kind)]
    return "\n".join([*lines, *(f"{one.label}: {one.value}" for one in screen.metric)])


def no_fault(screen: AppTest) -> AppTest:
    """Return the page, which must not have failed."""
    assert [one.value for one in screen.exception] == []
    return screen


def press(screen: AppTest, key: str) -> AppTest:
    """Press a button and return the page after it, which must not have failed."""
    return no_fault(screen.button(key=key).click().run())


def ask(name: str, *given: object) -> AppTest:
    """Draw by itself what a dialog asks, such as `dialogs.documents.discard`."""
    screen = AppTest.from_function(_ask, default_timeout=SECONDS)
    screen.session_state["asked"], screen.session_state["given"] = name, given
    return no_fault(screen.run())


def _ask() -> None:
    from tests.ui.screens import asked

    asked()


def asked() -> None:
    """Draw the dialog that the test names, once for whoever may come in."""
    visit = shell.arrive()
    if visit is None:
        return
    shell.frame(visit)
    module, _, name = st.session_state.asked.rpartition(".")
    getattr(import_module(f"net30.ui.{module}"), name)(*st.session_state.given)


CODE = re.compile(r"\b[a-z][a-z0-9]*(_[a-z0-9]+)+\b")
"""What the programs call something, such as late_1_7: people read words."""


def raw_codes(screen: AppTest) -> list[str]:
    """Return what a page's tables and charts show in the programs' own words."""
    tables = [one.value for one in screen.dataframe]
    cells = [str(cell) for one in tables for column in one for cell in (column, *one[column])]
    charts = [chart.proto.spec for chart in screen.get("plotly_chart")]
    drawn = [str(one) for chart in charts for one in _places(json.loads(chart))]
    return sorted({text for text in (*cells, *drawn) if CODE.search(text)})


def _places(chart: dict[str, Any]) -> Iterator[object]:  # Any: Plotly's JSON
    for trace in chart["data"]:
        for name in ("name", "x", "y", "labels"):
            given = trace.get(name)
            yield from given if isinstance(given, list) else [given]
