"""Sales: what was invoiced in a period, less its credit notes, each on its own date."""

from __future__ import annotations

from dataclasses import dataclass

from net30.insights.as_of import Known, Period

_SQL = """
select currency, sum(amount), count(*) filter (kind = 'invoice')
from claims where issue_date between $start and $end group by currency
"""


@dataclass(frozen=True, slots=True)
class Sales:
    """Sales in minor units, and how many invoices were issued."""

    minor: int = 0
    invoice_count: int = 0


def sales(known: Known, period: Period) -> dict[str, Sales]:
    """Return the sales of a period by currency; credit notes may make them negative."""
    sums = known.sums(_SQL, **period.days_of)
    return {currency: Sales(*sums[currency]) for currency in sorted(sums)}
