"""DSO: how many days of sales the receivables stand for, at best, and for being late."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from net30.insights.as_of import Known, Period
from net30.insights.measured import DAYS_DECIMALS, Measure, rounded, unknown
from net30.insights.position import position
from net30.insights.sales import Sales, sales

NO_SALES = "no sales in the period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dso:
    """Days of sales that are outstanding, that would be if nothing were late, and between them.

    All three are days to one decimal, or None with the reason where nothing was sold.
    `delinquent` is their exact difference, rounded once.
    """

    simple: Measure
    best_possible: Measure
    delinquent: Measure
    exact_delinquent: Fraction | None


def dso(known: Known, period: Period) -> dict[str, Dso]:
    """Return outstanding / sales of the period x days, the same of what is not due, and ADD.

    60,000 / 90,000 x 90 days = 60.0; 8,000 not due / 30,000 x 28 = 7.5.
    """
    sold = sales(known, period)
    found = {}
    for currency, stands in position(known).items():
        amount = sold.get(currency, Sales()).minor
        found[currency] = _dso(
            stands.outstanding.minor * period.days, stands.not_due.minor * period.days, amount
        )
    return found


def _dso(outstanding: int, not_due: int, sold: int) -> Dso:
    if sold <= 0:
        none = unknown(NO_SALES)
        return Dso(simple=none, best_possible=none, delinquent=none, exact_delinquent=None)
    delinquent = Fraction(outstanding - not_due, sold)
    return Dso(
        simple=rounded(Fraction(outstanding, sold), DAYS_DECIMALS),
        best_possible=rounded(Fraction(not_due, sold), DAYS_DECIMALS),
        delinquent=rounded(delinquent, DAYS_DECIMALS),
        exact_delinquent=delinquent,
    )
