"""Invoices that come back: set up from an invoice, seen, paused, skipped, changed, made."""

from __future__ import annotations

from datetime import date, timedelta

from net30.domain.identity.roles import Role
from net30.domain.schedule import Making, Schedule, Unit
from net30.services.found import invoice_by_number
from net30.services.save_schedule import pause_schedule, save_schedule
from net30.ui.invoicing.lines_again import again
from tests.desk import TODAY, Desk
from tests.ui.screens import ask, draw, no_fault, open_screens, press, said


def kept(desk: Desk) -> list[Schedule]:
    with desk.app.look() as ctx:
        return [one.value for one in ctx.tx.page(Schedule)]


def support(desk: Desk, start: date) -> Schedule:
    with desk.app.change() as ctx:
        invoice = invoice_by_number(ctx, "INV-2026-000003").value
        wanted = Schedule(id="", invoice=again(invoice), start=start, making=Making.DRAFT)
        return save_schedule(ctx, wanted)


def test_an_invoice_comes_back_every_second_week_as_a_draft(desk: Desk) -> None:
    open_screens(desk, Role.ACCOUNTANT)
    assert "Nothing comes back yet" in said(no_fault(draw("recurring")))
    press(draw("invoice", number="INV-2026-000003"), "ask_event_repeat_")
    with desk.app.look() as ctx:
        invoice = invoice_by_number(ctx, "INV-2026-000003").value
    screen = ask("invoicing.repeating.repeat", invoice)
    screen.number_input(key="repeat_every").set_value(2).run()
    screen.selectbox(key="repeat_unit").select_index(1).run()
    screen.segmented_control(key="repeat_making").set_value(Making.DRAFT).run()
    press(screen, "repeat_now")
    made = kept(desk)[0]
    assert (made.every, made.unit, made.making) == (2, Unit.WEEK, Making.DRAFT)
    assert made.start == date(2026, 12, 16)
    screen = no_fault(draw("recurring"))
    assert "every 2 weeks · A draft · next on 16 Dec 2026" in said(screen)
    assert "The next 90 days: 5 invoices, 177,000 FCFA" in said(screen).replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_one_that_comes_back_is_skipped_paused_resumed_changed_and_made(desk: Desk) -> None:
    name = support(desk, TODAY).id
    open_screens(desk, Role.ACCOUNTANT)
    screen = press(draw("recurring"), "recurring_run")
    assert kept(desk)[0].made_until == TODAY
    screen = press(draw("recurring"), f"skip_{name}")
    following = kept(desk)[0].next_day()
    assert following is not None
    assert following > TODAY + timedelta(days=40)
    screen = press(draw("recurring"), f"pause_{name}")
    assert kept(desk)[0].paused
    screen = press(draw("recurring"), f"resume_{name}")
    assert not kept(desk)[0].paused
    assert "next on" in said(screen)
    press(screen, "undo")
    assert kept(desk)[0].paused
    screen = ask("invoicing.repeating.change", name)
    screen = no_fault(screen.date_input(key="repeat_end").set_value(TODAY).run())
    before = kept(desk)[0]
    screen = press(screen, "repeat_save")
    assert kept(desk)[0].end == TODAY
    assert "it has ended" in said(draw("recurring"))
    press(screen, "undo")
    assert kept(desk)[0] == before


def test_a_change_is_not_taken_back_once_somebody_has_gone_on_from_there(desk: Desk) -> None:
    name = support(desk, TODAY).id
    open_screens(desk, Role.ACCOUNTANT)
    screen = ask("invoicing.repeating.change", name)
    screen = no_fault(screen.date_input(key="repeat_end").set_value(TODAY).run())
    screen = press(screen, "repeat_save")
    with desk.app.change() as ctx:
        pause_schedule(ctx, name)
    assert press(screen, "undo").error
    assert kept(desk)[0].paused


def test_who_only_reads_sees_what_comes_back_and_no_button(desk: Desk) -> None:
    name = support(desk, TODAY - timedelta(days=900)).id
    open_screens(desk, Role.VIEWER)
    screen = no_fault(draw("recurring"))
    assert "Too many days were missed" in screen.warning[0].value
    assert f"pause_{name}" not in {one.key for one in screen.button}
