"""Late interest: what the law gives for the days a claim was overdue, on what was open then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise

from net30.domain.open_item import OpenItem
from net30.kernel.decimals import EXACT
from net30.kernel.money import Money

DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many per cent a year from a day on, until the next rate begins."""

    since: date
    percent: Decimal


def late_interest(item: OpenItem, rates: Sequence[Rate], as_of: date) -> Money:
    """Return the simple interest of a claim from the day after its due date to the end of a day.

    Each day counts what was open that day at the rate of that day, over 365; the sum is rounded
    once, half away from zero. Days before the first rate count nothing.
    """
    if item.due_date is None or not rates:
        return Money.zero(item.amount.currency)
    with localcontext(EXACT):
        earned = sum(
            (
                _open_on(item, first).amount * _percent_on(rates, first) * (last - first).days
                for first, last in _spans(item, rates, as_of)
            ),
            Decimal(0),
        )
        share = earned / (100 * DAYS_A_YEAR)
    return Money.rounded(share, item.amount.currency)


def _spans(item: OpenItem, rates: Sequence[Rate], as_of: date) -> Iterator[tuple[date, date]]:
    """Yield spans of days, the last one outside, in which neither balance nor rate changes."""
    assert item.due_date is not None
    begin, end = item.due_date + timedelta(days=1), as_of + timedelta(days=1)
    turns = {begin, end, *(rate.since for rate in rates), *(one.day for one in item.settlements)}
    inside = sorted(day for day in turns if begin <= day <= end)
    yield from pairwise(inside)


def _open_on(item: OpenItem, day: date) -> Money:
    """Return what was open on a day; money of the day itself is there already."""
    came = (entry.amount for entry in item.settlements if entry.day <= day)
    left = item.amount - Money.total(came, item.amount.currency)
    return max(left, Money.zero(item.amount.currency))


def _percent_on(rates: Sequence[Rate], day: date) -> Decimal:
    known = [rate for rate in rates if rate.since <= day]
    return max(known, key=lambda rate: rate.since).percent if known else Decimal(0)
