"""Carried: how much of each invoice was open, from which day to which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from net30.insights.as_of import Known, Period

DAY = timedelta(days=1)

_TABLE = """
create temp table if not exists carried as
with changes as (
    select invoice_id, day, sum(amount)::hugeint as amount from facts
    where invoice_id is not null group by invoice_id, day
), stretches as (
    select invoice_id, day as start, sum(amount) over by_day as balance,
           lead(day, 1, as_of() + 1) over by_day as stop
    from changes window by_day as (partition by invoice_id order by day)
)
select claims.currency, claims.customer_id, claims.balance > 0 as is_open, claims.due_date,
       stretches.balance, start, stop
from stretches join claims using (invoice_id)
where kind = 'invoice' and stretches.balance > 0
"""

_SUMS = """
with asked as (
    select unnest($places::int[]) as place, unnest($starts::date[]) as start,
           unnest($stops::date[]) as stop
), each as (
    select place, currency, is_open, balance,
           greatest(carried.start, asked.start) as from_, least(carried.stop, asked.stop) as to_,
           due_date
    from asked join carried on carried.start < asked.stop and carried.stop > asked.start
)
select place, currency, sum(balance * (to_ - from_)),
       coalesce(sum(balance * greatest(to_ - greatest(from_, due_date + 1), 0))
                filter (due_date is not null and is_open), 0),
       coalesce(sum(balance * greatest(to_ - greatest(from_, due_date + 1), 0))
                filter (due_date is not null and not is_open), 0),
       coalesce(sum(balance * greatest(to_ - greatest(from_, due_date + 31), 0))
                filter (due_date is not null), 0)
from each group by place, currency
"""

_CUSTOMERS = """
select currency, customer_id,
       sum(balance * (least(stop, $stop) - greatest(start, due_date + 1, $start))) as overdue
from carried
where due_date is not null and least(stop, $stop) > greatest(start, due_date + 1, $start)
group by all order by currency, overdue desc, customer_id
"""


@dataclass(frozen=True, slots=True)
class Carried:
    """Minor units times days that were open in a period: all, and what was past due of it.

    `overdue_open` is of invoices still open at the as-of day, `overdue_settled` of the others,
    `overdue_30` of both, more than 30 days past due.
    """

    balance: int = 0
    overdue_open: int = 0
    overdue_settled: int = 0
    overdue_30: int = 0

    @property
    def overdue(self) -> int:
        """Return all that was past due."""
        return self.overdue_open + self.overdue_settled


def carried_in(known: Known, periods: Sequence[Period]) -> dict[str, list[Carried]]:
    """Return what was open at the end of each day of each period, summed, by currency."""
    known.connection.execute(_TABLE)
    rows = known.rows(
        _SUMS,
        places=list(range(len(periods))),
        starts=[period.start for period in periods],
        stops=[period.end + DAY for period in periods],
    )
    found: dict[str, list[Carried]] = {}
    for place, currency, *sums in rows:
        found.setdefault(currency, [Carried()] * len(periods))[place] = Carried(*map(int, sums))
    return found


def overdue_by_customer(known: Known, period: Period) -> dict[str, list[tuple[str, int]]]:
    """Return minor units times days past due in a period by customer, the most first."""
    known.connection.execute(_TABLE)
    found: dict[str, list[tuple[str, int]]] = {}
    for currency, customer, overdue in known.rows(
        _CUSTOMERS, start=period.start, stop=period.end + DAY
    ):
        found.setdefault(currency, []).append((customer, int(overdue)))
    return found
