"""Every page is drawn for whoever may see it, in three languages, and hidden from the others."""

from __future__ import annotations

import pytest

from net30.domain.identity.roles import Role, permissions_of
from net30.ui.place import Section, places
from tests.desk import Desk
from tests.ui.screens import draw, no_fault, open_screens, raw_codes, said

ASKED = {"invoice": {"number": "INV-2026-000002"}}


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("name", sorted(places()))
def test_a_page_is_drawn(desk: Desk, name: str, language: str) -> None:
    open_screens(desk)
    asked = {"id": desk.acme.id} if name == "customer" else ASKED.get(name, {})
    screen = draw(name, **asked)
    no_fault(screen)
    screen.session_state["language"] = language
    no_fault(screen.run())
    assert [one.value for one in screen.error] == []
    assert raw_codes(screen) == []


def test_nobody_who_is_not_signed_in_sees_anything(desk: Desk) -> None:
    open_screens(desk, None)
    screen = no_fault(draw("dashboard"))
    assert said(screen).splitlines()[0] == "Your session has ended."
    assert "Lagune" not in said(screen)
    assert not screen.metric


def test_who_was_signed_in_and_is_no_more_sees_nothing_at_the_next_click(desk: Desk) -> None:
    keeper = open_screens(desk)
    screen = no_fault(draw("invoices"))
    keeper.role = None
    screen.run()
    assert "Your session has ended." in said(screen)
    assert not screen.dataframe


def test_a_viewer_finds_no_button_that_changes_the_books(desk: Desk) -> None:
    open_screens(desk, Role.VIEWER)
    screen = no_fault(draw("invoice", number="INV-2026-000002"))
    assert [one.label for one in screen.main.button] == []


def test_roles_decide_which_pages_are_there() -> None:
    def seen(role: Role) -> set[str]:
        held = permissions_of(role)
        return {name for name, place in places().items() if held.issuperset(place.needs)}

    assert "settings" in seen(Role.OWNER)
    assert "assistant" not in seen(Role.VIEWER)
    assert "imports" not in seen(Role.COLLECTOR)
    assert seen(Role.VIEWER) < seen(Role.OWNER) == set(places())


def test_pages_have_addresses_of_their_own_and_a_section() -> None:
    portal = {"2fa", "account", "login", "logout", "members", "password", "pay", "portal", "api"}
    assert not portal & set(places())
    hidden = {name for name, place in places().items() if place.section is Section.HIDDEN}
    assert hidden == {"invoice", "customer"}
