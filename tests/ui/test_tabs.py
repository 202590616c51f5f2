"""Every tab of a page is drawn when it is chosen, and not before."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.desk import Desk
from tests.ui.screens import no_fault, open_screens, raw_codes

TABS = {
    "analytics": (
        "Customers",
        "Payment patterns",
        "Seasons",
        "Cash to come",
        "Risk",
        "Health and impact",
        "Benchmarks",
    ),
    "settings": ("Documents", "Taxes and numbers", "People"),
    "system": ("Caches",),
    "predict": ("One invoice",),
    "collections": ("Reminders due",),
    "imports": ("An invoice you received",),
    "invoice": ("Document",),
}


@pytest.mark.parametrize(("page", "tab"), [(page, tab) for page in TABS for tab in TABS[page]])
def test_a_tab_is_drawn(desk: Desk, page: str, tab: str) -> None:
    open_screens(desk)
    screen = AppTest.from_function(_script, default_timeout=60)
    screen.session_state["drawn_page"] = page
    screen.session_state[f"{page}_tabs"] = tab
    screen.query_params["number"] = "INV-2026-000002"
    no_fault(screen.run())
    assert [one.value for one in screen.error] == []
    assert screen.session_state[f"{page}_tabs"] == tab
    assert raw_codes(screen) == []


def _script() -> None:
    from tests.ui.screens import drawn

    drawn()
