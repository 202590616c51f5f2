"""Dates: real days of believable years, and calendar sums that never drift."""

from __future__ import annotations

from datetime import date

import pytest

from net30.kernel.dates import add_days, add_months, check_date, end_of_month, parse_date
from net30.kernel.errors import InputError


def test_an_iso_date_is_read() -> None:
    assert parse_date(" 2026-11-21 ") == date(2026, 11, 21)
    assert parse_date("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize(
    "text",
    ["2026-02-29", "2026-13-01", "21/11/2026", "20261121", "2026-W47-6", "2026-11-21T00:00", "",
     "soon", "２０２６-11-21", "1" * 100_000],
)  # fmt: skip
def test_a_day_that_does_not_exist_or_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        parse_date(text)
    assert refusal.value.code == "date"
    assert "YYYY-MM-DD" in refusal.value.hint
    assert len(refusal.value.message) < 100


@pytest.mark.parametrize("text", ["1900-01-01", "2200-12-31"])
def test_the_first_and_last_believable_days_are_taken(text: str) -> None:
    assert check_date(parse_date(text)) == date.fromisoformat(text)


@pytest.mark.parametrize("text", ["1899-12-31", "2201-01-01", "0026-11-21"])
def test_an_unbelievable_year_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="year") as refusal:
        parse_date(text)
    assert refusal.value.code == "date"


def test_the_month_ends_where_the_calendar_says() -> None:
    assert end_of_month(date(2026, 2, 1)) == date(2026, 2, 28)
    assert end_of_month(date(2028, 2, 29)) == date(2028, 2, 29)
    assert end_of_month(date(2026, 12, 31)) == date(2026, 12, 31)


def test_thirty_days_cross_months_and_leap_days() -> None:
    assert add_days(date(2026, 1, 31), 30) == date(2026, 3, 2)
    assert add_days(date(2028, 1, 31), 30) == date(2028, 3, 1)
    assert add_days(date(2026, 1, 1), -1) == date(2025, 12, 31)


@pytest.mark.parametrize("days", [10**6, 10**9, 10**18, -(10**6)])
def test_days_beyond_the_calendar_are_refused(days: int) -> None:
    with pytest.raises(InputError) as refusal:
        add_days(date(2026, 1, 1), days)
    assert refusal.value.code == "date"


def test_a_month_after_the_31st_is_the_shorter_months_last_day() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2026, 1, 31), 3) == date(2026, 4, 30)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert add_months(date(2026, 1, 31), -11) == date(2025, 2, 28)


@pytest.mark.parametrize("months", [12 * 200, -12 * 200])
def test_months_beyond_the_calendar_are_refused(months: int) -> None:
    with pytest.raises(InputError) as refusal:
        add_months(date(2026, 1, 1), months)
    assert refusal.value.code == "date"
    assert "months" in refusal.value.hint


def test_the_last_month_of_the_calendar_is_reached_and_no_further() -> None:
    assert add_months(date(2200, 11, 30), 1) == date(2200, 12, 30)
    assert add_months(date(1900, 2, 1), -1) == date(1900, 1, 1)
    with pytest.raises(InputError):
        add_months(date(2200, 12, 1), 1)
