"""Books in which nothing stands yet: every page says so and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import Desk, open_desk
from tests.ui.screens import draw, no_fault, open_screens, said

SAYS = {
    "dashboard": "Figures appear with your first invoice.",
    "analytics": "Figures appear with your first invoice.",
    "invoices": "No invoice fits",
    "collections": "Nobody to call today",
    "models": "No model of your own yet",
    "system": "Nothing has run yet.",
    "predict": "",
}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Desk]:
    found = open_desk(tmp_path)
    yield found
    found.app.close()


@pytest.mark.parametrize("name", sorted(SAYS))
def test_a_page_without_anything_says_so(empty: Desk, name: str) -> None:
    open_screens(empty)
    screen = no_fault(draw(name))
    assert SAYS[name] in said(screen)
    assert not screen.error
    assert not screen.dataframe or name in {"system", "models"}


@pytest.mark.parametrize(
    ("name", "tab"),
    [("predict", "One invoice"), ("collections", "Reminders due")],
)
def test_a_tab_without_anything_says_so(empty: Desk, name: str, tab: str) -> None:
    open_screens(empty)
    screen = draw(name)
    screen.session_state[f"{name}_tabs"] = tab
    screen = no_fault(screen.run())
    assert any(one.value.startswith(("Nothing is open", "No reminder")) for one in screen.caption)


def test_a_customer_who_owes_nothing(empty: Desk) -> None:
    open_screens(empty)
    assert "Nothing is open." in said(no_fault(draw("customer", id=empty.acme.id)))


def test_a_draft_is_no_claim_and_has_no_history(empty: Desk) -> None:
    draft = empty.draft("1000", "1")
    open_screens(empty)
    screen = no_fault(draw("invoice", number=draft.id))
    assert "A prediction is made for what is issued and open." in said(screen)
    screen.session_state["invoice_tabs"] = "History"
    assert "Nothing has happened to this draft yet." in said(no_fault(screen.run()))
