"""Position: what is outstanding and overdue on a day."""

from __future__ import annotations

from dataclasses import dataclass

from net30.insights.as_of import Known
from net30.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Open balances of one currency; unapplied cash and open credits are in `outstanding`."""

    outstanding: Money
    overdue: Money
    open_count: int
    overdue_count: int


_SQL = """
select currency, sum(outstanding), sum(overdue), sum(open_count), sum(overdue_count) from (
    select currency, balance as outstanding,
           case when due_date < as_of() and balance > 0 then balance else 0 end as overdue,
           (balance > 0)::int as open_count,
           (due_date < as_of() and balance > 0)::int as overdue_count
    from claims
    union all
    select currency, amount, 0, 0, 0 from facts where invoice_id is null
) group by currency order by currency
"""


def position(known: Known) -> dict[str, Position]:
    """Return what is outstanding and at least one day past due, by currency."""
    return {
        currency: Position(
            outstanding=Money(int(outstanding), currency),
            overdue=Money(int(overdue), currency),
            open_count=int(open_count),
            overdue_count=int(overdue_count or 0),
        )
        for currency, outstanding, overdue, open_count, overdue_count in known.rows(_SQL)
    }
