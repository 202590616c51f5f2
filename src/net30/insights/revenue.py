"""Revenue with its collection status: what was invoiced in a period, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from net30.insights.as_of import Known, Period
from net30.insights.measured import half_up
from net30.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Revenue:
    """Of the invoices issued in the period, net of credit notes: invoiced, and where it is now.

    invoiced = collected + open + discounted + written_off. `average_invoice` is None without
    invoices.
    """

    invoiced: Money
    collected: Money
    open: Money
    overdue: Money
    discounted: Money
    written_off: Money
    invoice_count: int
    average_invoice: Money | None


_SQL = """
select currency,
       sum(amount - credited), sum(collected), sum(balance),
       coalesce(sum(balance) filter (due_date < as_of() and balance > 0), 0),
       sum(discounted), sum(written_off), count(*) filter (amount > credited)
from claims where kind = 'invoice' and issue_date between $start and $end
group by currency
"""


def revenue(known: Known, period: Period) -> dict[str, Revenue]:
    """Return the revenue of a period by currency, as known at the end of a day."""
    sums = known.sums(_SQL, **period.days_of)
    return {currency: _revenue(currency, sums[currency]) for currency in sorted(sums)}


def no_revenue(currency: str) -> Revenue:
    """Return the revenue of a period in which nothing was issued; its average is unknown."""
    return _revenue(currency, (0,) * 7)


def _revenue(currency: str, cells: tuple[int, ...]) -> Revenue:
    invoiced, collected, still_open, overdue, discounted, written_off = (
        Money(cell, currency) for cell in cells[:6]
    )
    count = cells[6]
    return Revenue(
        invoiced=invoiced,
        collected=collected,
        open=still_open,
        overdue=overdue,
        discounted=discounted,
        written_off=written_off,
        invoice_count=count,
        average_invoice=Money(half_up(Fraction(invoiced.minor, count)), currency)
        if count
        else None,
    )
