"""Months: calendar months as their first days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from net30.kernel.dates import end_of_month as end_of

__all__ = ["end_of", "month_of", "months_between", "months_from", "months_later"]

MONTHS_A_YEAR = 12


def month_of(day: date) -> date:
    """Return the first day of the day's month."""
    return day.replace(day=1)


def months_later(month: date, count: int) -> date:
    """Return the first day of the month so many months later, or earlier when negative.

    >>> months_later(date(2026, 11, 1), 3)
    datetime.date(2027, 2, 1)
    """
    year, place = divmod(month.year * MONTHS_A_YEAR + month.month - 1 + count, MONTHS_A_YEAR)
    return date(year, place + 1, 1)


def months_between(first: date, last: date) -> int:
    """Return how many months the last lies after the first."""
    return (last.year - first.year) * MONTHS_A_YEAR + last.month - first.month


def months_from(first: date, last: date) -> Iterator[date]:
    """Yield each month from the first to the last, both within."""
    for count in range(months_between(first, last) + 1):
        yield months_later(first, count)
