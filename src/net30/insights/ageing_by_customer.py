"""Ageing by customer: how long what each customer owes has been past due."""

from __future__ import annotations

from dataclasses import dataclass

from net30.insights.ageing import Ageing
from net30.insights.as_of import Known
from net30.kernel.money import Money

BUCKETS = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus", "no_due_date", "unapplied")

_SQL = """
select currency, customer_id,
       coalesce(sum(balance) filter (late <= 0), 0),
       coalesce(sum(balance) filter (late between 1 and 30), 0),
       coalesce(sum(balance) filter (late between 31 and 60), 0),
       coalesce(sum(balance) filter (late between 61 and 90), 0),
       coalesce(sum(balance) filter (late > 90), 0),
       coalesce(sum(balance) filter (late is null and not unapplied), 0),
       coalesce(sum(balance) filter (unapplied), 0),
       sum(balance) as owed
from (
    select currency, customer_id, balance, balance < 0 as unapplied,
           case when balance > 0 then as_of() - due_date end as late
    from claims where balance <> 0
    union all
    select currency, customer_id, amount::hugeint, true, null from unapplied
) group by all order by currency, owed desc, customer_id
"""


@dataclass(frozen=True, slots=True)
class CustomerAgeing:
    """One customer's open balances by days past due; empty id: money of nobody known."""

    customer_id: str
    ageing: Ageing


def ageing_by_customer(known: Known) -> dict[str, tuple[CustomerAgeing, ...]]:
    """Return every customer with something open by currency, the one that owes most first.

    The customers' columns add up to those of `ageing`.
    """
    found: dict[str, list[CustomerAgeing]] = {}
    for currency, customer_id, *sums, _ in known.rows(_SQL):
        columns = {
            name: Money(int(cell), currency) for name, cell in zip(BUCKETS, sums, strict=True)
        }
        found.setdefault(currency, []).append(CustomerAgeing(customer_id or "", Ageing(**columns)))
    return {currency: tuple(rows) for currency, rows in found.items()}
