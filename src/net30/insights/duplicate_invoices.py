"""Duplicate invoices: the same customer, the same amount, almost the same day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from net30.insights.as_of import Known
from net30.insights.invoices import with_invoices
from net30.kernel.money import Money

WITHIN_DAYS = 7
HABIT = 3
"""So many invoices of one amount, each near another, are how a customer buys: no mistake."""
PAIRS_MAX = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicatePair:
    """Two invoices that may be one, the later second; `both_paid` speaks against a mistake."""

    customer_id: str
    amount: Money
    invoice_ids: tuple[str, str]
    numbers: tuple[str | None, str | None]
    issued: tuple[date, date]
    days_apart: int
    both_paid: bool


_SQL = """
with near as (
    select *, count(*) over (partition by currency, customer_id, billed, burst) as many,
           lag(invoice_id) over same as other_id, lag(number) over same as other_number,
           lag(issue_date) over same as other_issued, lag(settled_on) over same as other_settled
    from (
        select *, sum((gap is null or gap > $within)::int) over (
                   partition by currency, customer_id, billed order by issue_date, invoice_id
               ) as burst
        from (
            select *, issue_date - lag(issue_date) over (
                       partition by currency, customer_id, billed order by issue_date, invoice_id
                   ) as gap
            from invoices
        )
    )
    window same as (
        partition by currency, customer_id, billed, burst order by issue_date, invoice_id
    )
)
select currency, customer_id, billed, other_id, invoice_id, other_number, number,
       other_issued, issue_date, settled_on is not null and other_settled is not null
from near where other_id is not null and many < $habit
order by currency, billed desc, customer_id, issue_date, invoice_id
"""


def duplicate_invoices(
    known: Known, within_days: int = WITHIN_DAYS
) -> dict[str, tuple[DuplicatePair, ...]]:
    """Return pairs of invoices of one customer and amount so few days apart, the largest first.

    What credit notes took back whole is no duplicate any more; three or more such invoices in a
    row are a habit. At most PAIRS_MAX are returned for each currency.
    """
    rows = with_invoices(known).rows(_SQL, within=within_days, habit=HABIT)
    found: dict[str, list[DuplicatePair]] = {}
    for currency, customer, billed, *cells in rows:
        first_id, second_id, first_number, second_number, first, second, both_paid = cells
        found.setdefault(currency, []).append(
            DuplicatePair(
                customer_id=customer,
                amount=Money(int(billed), currency),
                invoice_ids=(first_id, second_id),
                numbers=(first_number, second_number),
                issued=(first, second),
                days_apart=(second - first).days,
                both_paid=both_paid,
            )
        )
    return {currency: tuple(pairs[:PAIRS_MAX]) for currency, pairs in found.items()}
