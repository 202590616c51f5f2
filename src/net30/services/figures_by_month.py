"""Figures by month: how the first screen's figures stood at the end of each of the last months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from net30.insights.ageing import Ageing, ageing
from net30.insights.as_of import known_at, period_ending
from net30.insights.cei import cei
from net30.insights.collection_rate import collection_rate
from net30.insights.dso import dso
from net30.insights.position import position
from net30.insights.revenue import revenue
from net30.kernel.money import Money
from net30.ledger.segments import read_ledger
from net30.services.context import ReadContext

MONTHS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """One currency's figures as of a day; None where there is no denominator."""

    day: date
    outstanding: Money
    overdue: Money
    invoiced: Money
    invoice_count: int
    dso: Decimal | None
    cei: Decimal | None
    collection_rate: Decimal | None
    ageing: Ageing


def figures_by_month(
    ctx: ReadContext, months: int = MONTHS
) -> Mapping[str, tuple[MonthFigures, ...]]:
    """Return the figures of each currency, the oldest month first and today last.

    Each is over the 90 days that end on its day, and sees only what was known by then.
    """
    ledger = read_ledger(ctx.blobs, ctx.organisation, ctx.today)
    found: dict[str, list[MonthFigures]] = {}
    for day in month_ends(ctx.today, months):
        period = period_ending(day)
        with known_at(ledger, day) as known:
            stands, aged, days = position(known), ageing(known), dso(known, period)
            index, rates, earned = (
                cei(known, period),
                collection_rate(known, period),
                revenue(known, period),
            )
        for currency, one in stands.items():
            sold, rate = earned.get(currency), rates.get(currency)
            found.setdefault(currency, []).append(
                MonthFigures(
                    day=day,
                    outstanding=one.outstanding,
                    overdue=one.overdue,
                    invoiced=sold.invoiced if sold else Money.zero(currency),
                    invoice_count=sold.invoice_count if sold else 0,
                    dso=days[currency].simple.value,
                    cei=index[currency].index.value,
                    collection_rate=rate.rate if rate else None,
                    ageing=aged[currency],
                )
            )
    return {currency: tuple(rows) for currency, rows in found.items()}


def month_ends(today: date, months: int) -> tuple[date, ...]:
    """Return the last days of the months before today's, oldest first, and today.

    >>> [str(day) for day in month_ends(date(2026, 3, 15), 3)]
    ['2026-01-31', '2026-02-28', '2026-03-15']
    """
    days = [today]
    while len(days) < months:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return tuple(reversed(days))
