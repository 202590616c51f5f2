"""What somebody arranges for themselves: views of the list, kept from one day to the next."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from net30.domain.identity.roles import Role
from net30.domain.workplace import VIEWS_MAX, SavedView, Workplace
from net30.kernel.errors import InputError, LimitExceeded, NotFound
from net30.services.workplace.saved_views import keep_view, remove_view, workplace_of
from tests.desk import Desk
from tests.ui.screens import draw, no_fault, open_screens, press, said


def views(desk: Desk, user: str = "awa") -> tuple[str, ...]:
    with desk.app.look(user) as ctx:
        return tuple(one.name for one in workplace_of(ctx).views)


def rows(screen: AppTest) -> list[str]:
    return list(screen.dataframe[0].value["number"])


def test_a_question_is_kept_asked_again_removed_and_brought_back(desk: Desk) -> None:
    open_screens(desk, Role.VIEWER)
    screen = draw("invoices")
    screen.segmented_control(key="invoices_view").set_value("overdue").run()
    assert rows(screen) == ["INV-2026-000002"]
    screen.text_input(key="view_name").input("late ones").run()
    press(screen, "view_keep")
    assert views(desk) == ("late ones",)
    assert views(desk, "ben") == ()
    screen = draw("invoices")
    assert len(rows(screen)) == 3
    press(screen, "view_0")
    assert rows(screen) == ["INV-2026-000002"]
    press(screen, "view_gone_0")
    assert views(desk) == ()
    assert "The view late ones is removed." in said(screen)
    press(screen, "undo")
    assert views(desk) == ("late ones",)
    assert "is removed" not in said(no_fault(screen))


def test_a_view_of_the_same_name_gives_way_and_one_without_a_name_is_refused(desk: Desk) -> None:
    with desk.app.change("awa") as ctx:
        keep_view(ctx, SavedView(name="Late", text="a"))
        keep_view(ctx, SavedView(name="late!", text="b"))
        with pytest.raises(InputError):
            keep_view(ctx, SavedView(name=" - "))
        with pytest.raises(NotFound):
            remove_view(ctx, "early")
    assert views(desk) == ("late!",)


def test_there_is_an_end_to_how_many_views_are_kept() -> None:
    place = Workplace(id="awa")
    for at in range(VIEWS_MAX):
        place = place.with_view(SavedView(name=f"view {at}"))
    with pytest.raises(LimitExceeded):
        place.with_view(SavedView(name="one more"))
