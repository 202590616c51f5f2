"""Position: what is outstanding and overdue on a day."""

from __future__ import annotations

from dataclasses import dataclass

from net30.insights.as_of import Known
from net30.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Open balances of one currency; unapplied cash and open credits are in `outstanding`.

    `overdue` is at least one day past due; `not_due` has a due date that is not over yet.
    """

    outstanding: Money
    overdue: Money
    not_due: Money
    open_count: int
    overdue_count: int
    not_due_count: int


_SQL = """
select currency, sum(balance),
       sum(case when is_overdue then balance else 0 end),
       sum(case when is_not_due then balance else 0 end),
       sum(is_open::int), sum(is_overdue::int), sum(is_not_due::int)
from (
    select currency, balance, balance > 0 as is_open,
           coalesce(due_date < as_of() and balance > 0, false) as is_overdue,
           coalesce(due_date >= as_of() and balance > 0, false) as is_not_due
    from claims
    union all
    select currency, amount::hugeint, false, false, false from unapplied
) group by currency
"""


def position(known: Known) -> dict[str, Position]:
    """Return what is outstanding and at least one day past due, by currency."""
    return known.kept("position", _positions)


def _positions(known: Known) -> dict[str, Position]:
    return {
        currency: _position(currency, sums) for currency, sums in sorted(known.sums(_SQL).items())
    }


def _position(currency: str, sums: tuple[int, ...]) -> Position:
    outstanding, overdue, not_due = (Money(amount, currency) for amount in sums[:3])
    return Position(
        outstanding=outstanding,
        overdue=overdue,
        not_due=not_due,
        open_count=sums[3],
        overdue_count=sums[4],
        not_due_count=sums[5],
    )
