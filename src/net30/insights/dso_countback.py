"""DSO by counting back: how many days of the latest sales the receivables take up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from net30.insights.as_of import Known
from net30.insights.measured import DAYS_DECIMALS, Measure, rounded, unknown
from net30.insights.months import end_of, month_of, months_later
from net30.insights.position import position

_SQL = """
select currency, date_trunc('month', issue_date)::date, sum(amount)
from claims where issue_date is not null group by all
"""


def dso_countback(known: Known) -> dict[str, Measure]:
    """Return the days of sales, counted back from the as-of day, that receivables stand for.

    While receivables remain, a calendar month's sales are taken off and its days added (the as-of
    month by its days so far); the last month pro rata. Receivables of 12,000 on 30 November, with
    sales of 2,500, 1,750, 2,250, 2,500, 2,000 and 2,250 backwards from November, give 166.3.
    """
    by_month: dict[str, dict[date, int]] = {}
    for (currency, month), amount in known.sums_of_two(_SQL).items():
        by_month.setdefault(currency, {})[month] = amount
    return {
        currency: _counted(stands.outstanding.minor, by_month.get(currency, {}), known.as_of)
        for currency, stands in position(known).items()
    }


def _counted(left: int, sold: Mapping[date, int], as_of: date) -> Measure:
    days = Fraction(0)
    month, last = month_of(as_of), as_of
    first = min(sold, default=None)
    while left > 0:
        if first is None or month < first:
            return unknown(f"more than {int(days)} days: the receivables exceed all known sales")
        length = (last - month).days + 1
        amount = sold.get(month, 0)
        days += Fraction(length * left, amount) if amount > left else length
        left -= amount
        month = months_later(month, -1)
        last = end_of(month)
    return rounded(days, DAYS_DECIMALS)
