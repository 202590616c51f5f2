"""Work on many invoices at once: each row has its own outcome, and one fault stops no other."""

from __future__ import annotations

from collections.abc import Sequence

from streamlit.testing.v1 import AppTest

from net30.domain.identity.roles import Role
from net30.services.mark_invoice import open_dispute
from tests.desk import Desk
from tests.ui.screens import draw, no_fault, open_screens, press, said


def ticked(screen: AppTest, numbers: Sequence[str]) -> AppTest:
    """Tick rows of the list of invoices."""
    there = list(screen.dataframe[0].value["number"])
    rows = [there.index(number) for number in numbers]
    screen.session_state["invoices_rows_0"] = {
        "selection": {"rows": rows, "columns": [], "cells": []}
    }
    return no_fault(screen.run())


def keys(screen: AppTest) -> set[str]:
    return {str(one.key) for one in screen.button if str(one.key).startswith("bulk_")}


def told(screen: AppTest) -> list[str]:
    return [one.value for one in screen.toast]


def test_drafts_are_issued_together(desk: Desk) -> None:
    for _ in range(2):
        desk.draft("1000", "1")
    open_screens(desk)
    screen = draw("invoices")
    screen = ticked(screen, ["draft"])
    assert "**1** chosen" in said(screen)
    assert keys(screen) == {"bulk_issue"}
    screen = press(screen, "bulk_issue")
    assert told(screen) == ["1 invoice is done."]
    assert desk.item("INV-2026-000004").balance.minor == 1_180


def test_what_is_late_is_sent_and_reminded_of_and_a_paid_one_does_not_stop_the_others(
    desk: Desk,
) -> None:
    open_screens(desk)
    screen = ticked(draw("invoices"), ["INV-2026-000002", "INV-2026-000001"])
    assert keys(screen) == {"bulk_send", "bulk_remind"}
    assert "Remind 1" in {one.label for one in screen.button}
    screen = press(screen, "bulk_remind")
    assert told(screen) == ["1 invoice is done."]
    assert len(desk.item("INV-2026-000002").reminders) == 1
    screen = press(ticked(draw("invoices"), ["INV-2026-000002", "INV-2026-000003"]), "bulk_send")
    assert told(screen) == ["2 invoices are done."]
    assert desk.item("INV-2026-000003").sent_on


def test_what_cannot_be_done_is_told_row_by_row(desk: Desk) -> None:
    keeper = open_screens(desk)
    screen = ticked(draw("invoices"), ["INV-2026-000002", "INV-2026-000003"])
    with desk.app.change() as ctx:  # somebody else notes it meanwhile
        open_dispute(ctx, "INV-2026-000002", "one hour too many")
    screen = press(screen, "bulk_remind")
    assert keeper.poked
    assert desk.item("INV-2026-000002").reminders == ()
    assert len(told(screen)) == 1
    assert "INV-2026-000002" in told(screen)[0]


def test_who_may_only_look_finds_nothing_to_do_with_many(desk: Desk) -> None:
    open_screens(desk, Role.VIEWER)
    screen = ticked(draw("invoices"), ["INV-2026-000002"])
    assert keys(screen) == set()


def test_a_click_on_a_row_opens_the_invoice(desk: Desk) -> None:
    open_screens(desk)
    screen = draw("invoices")
    at = list(screen.dataframe[0].value["number"]).index("INV-2026-000002")
    screen.session_state["invoices_rows_0"] = {
        "selection": {"rows": [], "columns": [], "cells": [[at, "number"]]}
    }
    screen.run()
    assert screen.query_params["number"] == "INV-2026-000002"


def test_the_list_is_searched_and_what_nothing_fits_is_told(desk: Desk) -> None:
    open_screens(desk)
    screen = draw("invoices")
    screen = no_fault(screen.text_input(key="invoices_text").input("Acmee Corp").run())
    assert "Acme Corp" in said(screen)
    screen = no_fault(screen.text_input(key="invoices_text").input("zzzz qqqq").run())
    assert "No invoice fits" in said(screen)


def test_the_second_page_of_a_long_list_and_back(desk: Desk) -> None:
    for _ in range(26):
        desk.draft("1000", "1")
    open_screens(desk)
    screen = draw("invoices")
    assert "1 to 25 of 29" in said(screen)
    screen = press(screen, "invoices_next")
    assert "26 to 29 of 29" in said(screen)
    screen = press(screen, "invoices_back")
    assert "1 to 25 of 29" in said(screen)
