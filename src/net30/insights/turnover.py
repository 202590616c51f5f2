"""Turnover: how many times a year the receivables are sold and collected anew."""

from __future__ import annotations

from fractions import Fraction

from net30.insights.as_of import Known, Period
from net30.insights.measured import SHARE_DECIMALS, Measure, rounded, unknown
from net30.insights.position import position
from net30.insights.sales import Sales, sales

YEAR_DAYS = 365
NOTHING = "no receivables at the beginning and the end of the period"


def turnover(known: Known, period: Period) -> dict[str, Measure]:
    """Return sales x 365 / days / mean of opening and closing receivables, by currency."""
    before, after = known.outstanding_on(period.day_before), known.outstanding_on(period.end)
    sold = sales(known, period)
    found = {}
    for currency in position(known):
        ends = (before.get(currency, 0), after.get(currency, 0))
        amount = 2 * sold.get(currency, Sales()).minor * YEAR_DAYS
        found[currency] = (
            rounded(Fraction(amount, period.days * sum(ends)), SHARE_DECIMALS)
            if sum(ends) > 0
            else unknown(NOTHING)
        )
    return found
