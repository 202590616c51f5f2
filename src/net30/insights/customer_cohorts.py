"""Customer cohorts: the customers who came in one month, and how many of them still buy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from net30.insights.as_of import Known
from net30.insights.measured import Measure, share
from net30.insights.months import end_of, month_of, months_between, months_from
from net30.kernel.money import Money

COHORTS_MAX = 24
NOBODY = "nobody came in this month"


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortMonth:
    """One month of a cohort's life: `month` 0 is the one of its first invoices.

    `active` customers were invoiced something in it, `retained` is their share; a month that is
    not over does not appear.
    """

    month: int
    active: int
    retained: Measure
    revenue: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCohort:
    """The customers whose first invoice is of one month."""

    first_month: date
    customers: int
    months: tuple[CohortMonth, ...]


_SQL = """
with issued as (
    select currency, customer_id, date_trunc('month', issue_date)::date as month,
           sum(amount - credited) as revenue
    from claims where kind = 'invoice' and amount > credited group by all
), dated as (
    select *, min(month) over (partition by currency, customer_id) as first_month from issued
)
select currency, first_month, month, count(*), sum(revenue) from dated
group by all order by all
"""

Places = Mapping[tuple[date, date], tuple[int, int]]
"""First month and month -> active customers and revenue."""


def customer_cohorts(known: Known) -> dict[str, tuple[CustomerCohort, ...]]:
    """Return the latest cohorts by currency, oldest first; months without newcomers are left out.

    Revenue is net of credit notes; an invoice that was taken back whole is no purchase.
    """
    found: dict[str, dict[tuple[date, date], tuple[int, int]]] = {}
    for currency, first, month, active, revenue in known.rows(_SQL):
        found.setdefault(currency, {})[first, month] = (active, int(revenue))
    return {
        currency: tuple(
            _cohort(first, places, currency, known.as_of)
            for first in sorted({first for first, _ in places})[-COHORTS_MAX:]
        )
        for currency, places in found.items()
    }


def _cohort(first: date, places: Places, currency: str, as_of: date) -> CustomerCohort:
    size = places[first, first][0]
    months = [month for month in months_from(first, month_of(as_of)) if end_of(month) <= as_of]
    rows = [(month, *places.get((first, month), (0, 0))) for month in months]
    return CustomerCohort(
        first_month=first,
        customers=size,
        months=tuple(
            CohortMonth(
                month=months_between(first, month),
                active=active,
                retained=share(active, size, NOBODY),
                revenue=Money(revenue, currency),
            )
            for month, active, revenue in rows
        ),
    )
