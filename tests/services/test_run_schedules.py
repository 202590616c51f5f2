"""Recurring invoices: each day's once, at the end of short months too, missed days caught up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from net30.domain.aggregates import Key
from net30.domain.bounds import Bound
from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import Invoice
from net30.domain.schedule import Making, Occurrence, Schedule, Unit
from net30.services.create_draft import delete_draft
from net30.services.create_organisation import save_organisation
from net30.services.plan_schedules import CAUGHT_UP_MAX, SchedulePlan, plan_schedules
from net30.services.run_schedules import ScheduleRun, run_schedules
from net30.services.save_customer import save_customer
from net30.services.save_schedule import (
    pause_schedule,
    resume_schedule,
    save_schedule,
    skip_schedule,
)
from tests.desk import TODAY, Desk


def add(desk: Desk, start: date = TODAY, **more: object) -> Schedule:
    line = NewLine(name="Rent {month}", unit_price=Decimal(100_000))
    new = NewInvoice(customer_id=desk.acme.id, lines=(line,), notes=("for {day}, {year}",))
    schedule = Schedule(id="", invoice=new, start=start)
    with desk.app.change() as ctx:
        return save_schedule(ctx, replace(schedule, **more))  # type: ignore[arg-type] # its fields


def plan(desk: Desk, as_of: date | None = None) -> SchedulePlan:
    with desk.app.look() as ctx:
        return plan_schedules(ctx, as_of)


def run(desk: Desk) -> ScheduleRun:
    done = run_schedules(desk.app.change, plan(desk))
    assert desk.app.settle().ok
    return done


def invoice(desk: Desk, invoice_id: str) -> Invoice:
    with desk.app.look() as ctx:
        return ctx.tx.load(Invoice, invoice_id).value


def stored(desk: Desk, schedule: Schedule) -> Schedule:
    with desk.app.look() as ctx:
        return ctx.tx.load(Schedule, schedule.id).value


def test_an_invoice_is_made_on_its_day_and_only_once(desk: Desk) -> None:
    schedule = add(desk)
    (made,) = run(desk).made
    assert (made.day, made.number) == (TODAY, "INV-2026-000001")
    document = invoice(desk, made.invoice_id)
    assert document.lines[0].name == "Rent novembre 2026"
    assert document.notes[0].text == "for 2026-11-21, 2026"
    assert document.issue_date == TODAY
    assert run(desk).made == ()
    with desk.app.look() as ctx:
        (kept,) = ctx.tx.find(Occurrence, Key.PARENT, schedule.id)
    assert kept.value.invoice_id == made.invoice_id
    assert stored(desk, schedule).next_day() == date(2026, 12, 21)


def test_missed_months_are_caught_up_in_order_and_dated_when_they_are_made(desk: Desk) -> None:
    add(desk, date(2026, 8, 31))
    done = run(desk)
    assert [one.day.isoformat() for one in done.made] == ["2026-08-31", "2026-09-30", "2026-10-31"]
    assert [one.number[-1] for one in done.made] == ["1", "2", "3"]
    assert {invoice(desk, one.invoice_id).issue_date for one in done.made} == {TODAY}


def test_a_draft_that_is_thrown_away_is_not_made_again(desk: Desk) -> None:
    add(desk, making=Making.DRAFT)
    (made,) = run(desk).made
    assert made.number == ""
    with desk.app.change() as ctx:
        delete_draft(ctx, made.invoice_id)
    assert run(desk).made == ()


def test_a_cursor_that_was_lost_makes_nothing_twice(desk: Desk) -> None:
    schedule = add(desk)
    run(desk)
    with desk.app.change() as ctx:
        was = ctx.tx.load(Schedule, schedule.id)
        ctx.tx.save(replace(was.value, made_until=None), expected=was.version)
    assert len(plan(desk).due) == 1
    assert run(desk).made == ()


def test_saving_a_schedule_that_was_read_earlier_keeps_what_was_made(desk: Desk) -> None:
    schedule = add(desk)
    run(desk)
    with desk.app.change() as ctx:
        save_schedule(ctx, replace(schedule, every=2))
    assert stored(desk, schedule).made_until == TODAY
    assert run(desk).made == ()


def test_it_may_be_sent_at_once(desk: Desk, tmp_path: Path) -> None:
    add(desk, making=Making.SEND)
    run(desk)
    assert len(list(tmp_path.rglob("*.eml"))) == 1


def test_what_cannot_be_made_is_told_left_out_whole_and_tried_again(desk: Desk) -> None:
    add(desk, date(2026, 9, 30))
    with desk.app.change() as ctx:
        save_customer(ctx, replace(desk.acme, hold=True))
    (refused,) = run(desk).held
    assert (refused.reason, refused.day) == ("customer_on_hold", date(2026, 9, 30))
    with desk.app.look() as ctx:
        assert ctx.tx.page(Invoice) == ()
    with desk.app.change() as ctx:
        save_customer(ctx, replace(desk.acme, hold=False))
    assert [one.day.month for one in run(desk).made] == [9, 10]


def test_a_parked_customer_waits_and_is_caught_up(desk: Desk) -> None:
    add(desk)
    with desk.app.change() as ctx:
        save_customer(ctx, replace(desk.acme, parked=True))
    assert [one.reason for one in run(desk).held] == ["parked"]
    with desk.app.change() as ctx:
        acme = ctx.tx.load(Customer, desk.acme.id).value
        save_customer(ctx, replace(acme, parked=False))
    assert len(run(desk).made) == 1


def test_more_missed_days_than_a_year_of_months_need_a_person(desk: Desk) -> None:
    schedule = add(desk, TODAY - timedelta(weeks=CAUGHT_UP_MAX), unit=Unit.WEEK)
    done = run(desk)
    assert done.made == ()
    assert [one.reason for one in done.held] == ["too_many_missed"]
    assert schedule.id in done.held[0].hint
    with desk.app.change() as ctx:
        skip_schedule(ctx, schedule.id, TODAY - timedelta(days=8))
    assert [one.day for one in run(desk).made] == [TODAY - timedelta(days=7), TODAY]


def test_a_pause_is_not_made_up_for(desk: Desk) -> None:
    schedule = add(desk, date(2026, 8, 21))
    with desk.app.change() as ctx:
        pause_schedule(ctx, schedule.id)
    assert run(desk).made == ()
    with desk.app.change() as ctx:
        resume_schedule(ctx, schedule.id)
    assert [one.day for one in run(desk).made] == [TODAY]
    with desk.app.change() as ctx:
        assert resume_schedule(ctx, schedule.id).made_until == TODAY  # nothing to resume


def test_the_daily_bound_leaves_the_rest_for_tomorrow(desk: Desk) -> None:
    add(desk, date(2026, 8, 31))
    with desk.app.change() as ctx:
        bounds = ctx.company.bounds.with_number(Bound.ISSUES, 2)
        save_organisation(ctx, replace(ctx.company, bounds=bounds))
    done = run(desk)
    assert len(done.made) == 2
    assert [one.reason for one in done.held] == ["daily_bound"]
    assert run(desk).made == ()
    desk.clock.day += timedelta(days=1)
    assert len(run(desk).made) == 1


def test_an_ended_schedule_has_no_next_day(desk: Desk) -> None:
    schedule = add(desk, date(2026, 10, 31), end=date(2026, 11, 20))
    assert schedule.next_day() == date(2026, 10, 31)
    run(desk)
    assert stored(desk, schedule).next_day() is None
    assert plan(desk, date(2027, 5, 1)).due == ()
