"""Schedules: the days on which an invoice comes back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.schedule import EVERY_MAX, Schedule, Unit
from net30.kernel.errors import InputError

RENT = NewInvoice(customer_id="acme", lines=(NewLine(name="rent", unit_price=Decimal(350_000)),))


def days(start: date, last: date, **more: object) -> list[str]:
    schedule = Schedule(id="s1", invoice=RENT, start=start, **more)  # type: ignore[arg-type] # its fields
    return [day.isoformat() for day in schedule.days_until(last)]


def test_the_31st_falls_on_the_last_day_of_shorter_months_and_comes_back() -> None:
    assert days(date(2026, 1, 31), date(2026, 5, 31)) == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31",
    ]  # fmt: skip


def test_the_29th_of_february_comes_back_every_fourth_year() -> None:
    every_year = days(date(2028, 2, 29), date(2032, 12, 31), every=12)
    assert every_year == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


def test_weeks_are_seven_days_across_months_and_years() -> None:
    assert days(date(2026, 12, 21), date(2027, 1, 18), every=2, unit=Unit.WEEK) == [
        "2026-12-21", "2027-01-04", "2027-01-18",
    ]  # fmt: skip


def test_the_end_and_the_last_day_asked_for_are_both_included() -> None:
    start = date(2026, 1, 15)
    assert days(start, date(2026, 3, 15), end=date(2026, 12, 31))[-1] == "2026-03-15"
    assert days(start, date(2026, 12, 31), end=date(2026, 3, 15))[-1] == "2026-03-15"
    assert days(start, date(2026, 3, 14))[-1] == "2026-02-15"


def test_nothing_is_due_before_the_start() -> None:
    assert days(date(2026, 1, 15), date(2026, 1, 14)) == []
    assert days(date(2026, 1, 15), date(2026, 1, 15)) == ["2026-01-15"]


def test_ten_missed_months_are_all_named_once() -> None:
    missed = days(date(2026, 1, 1), date(2026, 10, 31))
    assert len(missed) == len(set(missed)) == 10


def test_a_schedule_invoices_the_customer_of_its_invoice() -> None:
    assert Schedule(id="s1", invoice=RENT, start=date(2026, 1, 1)).customer_id == "acme"


def test_ten_years_is_the_longest_pause() -> None:
    assert days(date(2026, 1, 31), date(2036, 2, 1), every=EVERY_MAX)[-1] == "2036-01-31"


@pytest.mark.parametrize("every", [0, -1, EVERY_MAX + 1])
def test_a_schedule_that_would_be_always_or_never_due_is_refused(every: int) -> None:
    with pytest.raises(InputError) as refusal:
        Schedule(id="s1", invoice=RENT, start=date(2026, 1, 1), every=every)
    assert refusal.value.code == "schedule"
    assert "between 1 and 120" in refusal.value.hint


def test_a_schedule_that_ends_before_it_starts_is_refused() -> None:
    start = date(2026, 1, 2)
    assert days(start, start, end=start) == ["2026-01-02"]
    with pytest.raises(InputError, match="before it starts") as refusal:
        Schedule(id="s1", invoice=RENT, start=start, end=date(2026, 1, 1))
    assert refusal.value.code == "schedule"
