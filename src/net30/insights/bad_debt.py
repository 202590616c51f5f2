"""Bad debt: what was given up in a period, against its sales."""

from __future__ import annotations

from dataclasses import dataclass

from net30.insights.as_of import Known, Period
from net30.insights.dso import NO_SALES
from net30.insights.measured import Measure, share
from net30.insights.sales import Sales, sales
from net30.kernel.money import Money

_SQL = """
select currency, sum(-amount), count(distinct invoice_id)
from marks where fact = 'write_off' and day between $start and $end group by currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadDebt:
    """Write-offs of a period as a share of its sales, 0-1, and the same by count of invoices."""

    rate: Measure
    rate_by_count: Measure
    written_off: Money


def written_off(known: Known, period: Period) -> dict[str, tuple[int, ...]]:
    """Return what was written off in a period, in minor units, and of how many invoices."""
    return known.sums(_SQL, "marks", **period.days_of)


def bad_debt(known: Known, period: Period) -> dict[str, BadDebt]:
    """Return write-offs / sales of a period by currency."""
    given_up, sold = written_off(known, period), sales(known, period)
    found = {}
    for currency in sorted({*given_up, *sold}):
        amount, count = given_up.get(currency, (0, 0))
        of = sold.get(currency, Sales())
        found[currency] = BadDebt(
            rate=share(amount, of.minor, NO_SALES),
            rate_by_count=share(count, of.invoice_count, NO_SALES),
            written_off=Money(amount, currency),
        )
    return found
