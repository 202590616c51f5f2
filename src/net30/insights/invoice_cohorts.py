"""Invoice cohorts: of the invoices of one month, the share paid within 30, 60 and 90 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from net30.insights.as_of import Known
from net30.insights.measured import Measure, share, unknown
from net30.insights.months import end_of
from net30.kernel.money import Money

WITHIN_DAYS = (30, 60, 90)
COHORTS_MAX = 24
NOTHING = "nothing was invoiced"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidWithin:
    """The share of a month's amount received within so many days of each invoice's issue.

    Only once all of the month's invoices are so old: before, the share has its reason.
    """

    days: int
    share: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceCohort:
    """The invoices of one month, net of credit notes."""

    month: date
    invoiced: Money
    invoice_count: int
    paid: tuple[PaidWithin, ...]


_SQL = """
with received as (
    select invoice_id, {sums} from facts join claims using (invoice_id)
    where facts.fact in ('payment', 'refund', 'discount') and kind = 'invoice' group by invoice_id
)
select currency, date_trunc('month', issue_date)::date, sum(amount - credited), count(*),
       {totals}
from claims left join received using (invoice_id)
where kind = 'invoice' and amount > credited group by all order by all
"""
_RECEIVED = "coalesce(-sum(facts.amount) filter (facts.day - claims.issue_date <= {0}), 0) as d{0}"


def invoice_cohorts(known: Known) -> dict[str, tuple[InvoiceCohort, ...]]:
    """Return the latest months by currency, oldest first; a discount taken counts as received."""
    query = _SQL.format(
        sums=", ".join(_RECEIVED.format(days) for days in WITHIN_DAYS),
        totals=", ".join(f"coalesce(sum(d{days}), 0)" for days in WITHIN_DAYS),
    )
    found: dict[str, list[InvoiceCohort]] = {}
    for currency, month, invoiced, count, *received in known.rows(query):
        found.setdefault(currency, []).append(
            InvoiceCohort(
                month=month,
                invoiced=Money(int(invoiced), currency),
                invoice_count=count,
                paid=tuple(
                    PaidWithin(days=days, share=_paid(int(part), int(invoiced), month, days, known))
                    for days, part in zip(WITHIN_DAYS, received, strict=True)
                ),
            )
        )
    return {currency: tuple(rows[-COHORTS_MAX:]) for currency, rows in found.items()}


def _paid(part: int, invoiced: int, month: date, days: int, known: Known) -> Measure:
    matures = end_of(month) + timedelta(days=days)
    if matures > known.as_of:
        return unknown(f"not all of its invoices are {days} days old before {matures}")
    return share(part, invoiced, NOTHING)
