"""Customer performance: what each customer buys, owes and how it pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from net30.insights.as_of import Known, Period
from net30.insights.invoices import with_invoices
from net30.insights.measured import Measure, days, share, unknown
from net30.kernel.money import Money

NOTHING_DUE = "nothing fell due before the as-of day"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPerformance:
    """One customer in one currency, greatest first by what was invoiced; ties by customer id.

    `invoiced`, `collected`, `invoice_count` are of the invoices issued in the period, net of
    credit notes; `open` and `overdue` of all. Delays are days from due to settled (negative:
    early), open invoices with their days so far, of all invoices that fell due before the as-of
    day: `mean_delay` and `median_delay` weighted by amount; `late_share` is the share of their
    amount that was late, `late_share_by_count` that of their number.
    """

    customer_id: str
    invoiced: Money
    collected: Money
    open: Money
    overdue: Money
    invoice_count: int
    mean_delay: Measure
    median_delay: Measure
    late_share: Measure
    late_share_by_count: Measure
    first_invoice: date
    last_invoice: date
    last_payment: date | None


_SQL = """
with weighed as (
    select *, sum(billed) filter (has_matured) over by_delay as below,
           sum(billed) filter (has_matured) over whole as due
    from invoices
    window whole as (partition by currency, customer_id),
           by_delay as (partition by currency, customer_id order by delay)
), paid as (
    select currency, customer_id, max(day) as day from facts
    where fact = 'payment' and amount < 0 group by all
)
select w.currency, w.customer_id,
       coalesce(sum(billed) filter (issue_date between $start and $end), 0) as invoiced,
       coalesce(sum(collected) filter (issue_date between $start and $end), 0),
       sum(balance),
       coalesce(sum(balance) filter (is_overdue), 0),
       count(*) filter (issue_date between $start and $end),
       coalesce(sum(billed * delay) filter (has_matured), 0),
       min(delay) filter (has_matured and 2 * below >= due),
       coalesce(sum(billed) filter (is_late), 0),
       coalesce(any_value(due), 0),
       count(*) filter (is_late),
       count(*) filter (has_matured),
       min(issue_date), max(issue_date), any_value(paid.day)
from weighed as w
left join paid on paid.currency = w.currency and paid.customer_id = w.customer_id
group by w.currency, w.customer_id order by w.currency, invoiced desc, w.customer_id
"""


def customer_performance(
    known: Known, period: Period
) -> dict[str, tuple[CustomerPerformance, ...]]:
    """Return every customer's performance by currency, the one that was invoiced most first."""
    found: dict[str, list[CustomerPerformance]] = {}
    for row in with_invoices(known).rows(_SQL, start=period.start, end=period.end):
        found.setdefault(row[0], []).append(_performance(*row))
    return {currency: tuple(rows) for currency, rows in found.items()}


# Any: a cell of each of the query's columns.
def _performance(currency: str, customer_id: str, *cells: Any) -> CustomerPerformance:
    amounts = [Money(int(cell), currency) for cell in cells[:4]]
    weighted, median, late, due, late_count, due_count = cells[5:11]
    return CustomerPerformance(
        customer_id=customer_id,
        invoiced=amounts[0],
        collected=amounts[1],
        open=amounts[2],
        overdue=amounts[3],
        invoice_count=cells[4],
        mean_delay=days(int(weighted), int(due), NOTHING_DUE),
        median_delay=unknown(NOTHING_DUE) if median is None else Measure(Decimal(median)),
        late_share=share(int(late), int(due), NOTHING_DUE),
        late_share_by_count=share(late_count, due_count, NOTHING_DUE),
        first_invoice=cells[11],
        last_invoice=cells[12],
        last_payment=cells[13],
    )
