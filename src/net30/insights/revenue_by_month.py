"""Revenue by month: what the invoices of each month came to, and how that grows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from net30.insights.as_of import Known
from net30.insights.measured import Measure, growth, unknown
from net30.insights.months import end_of, month_of, months_from, months_later
from net30.kernel.money import Money

MONTHS = 24
"""So many months are shown, the month of the as-of day the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRevenue:
    """Of the invoices issued in a month, net of credit notes: invoiced, and where it is now.

    `growth` is against the month before, `growth_year` against the same month a year before, both
    as shares; a month that is not over has none.
    """

    month: date
    is_over: bool
    invoiced: Money
    collected: Money
    open: Money
    invoice_count: int
    growth: Measure
    growth_year: Measure


@dataclass(frozen=True, slots=True)
class _Sums:
    invoiced: int = 0
    collected: int = 0
    open: int = 0
    count: int = 0


_SQL = """
select currency, date_trunc('month', issue_date)::date, sum(amount - credited), sum(collected),
       sum(balance), count(*) filter (amount > credited)
from claims where kind = 'invoice' group by all order by all
"""


def revenue_by_month(known: Known, months: int = MONTHS) -> dict[str, tuple[MonthRevenue, ...]]:
    """Return the last months by currency, oldest first, from the ledger's first month on."""
    found: dict[str, dict[date, _Sums]] = {}
    for currency, month, *sums in known.rows(_SQL):
        found.setdefault(currency, {})[month] = _Sums(*map(int, sums))
    return {
        currency: tuple(_months(currency, sums, known.as_of))[-months:]
        for currency, sums in found.items()
    }


def _months(currency: str, sums: Mapping[date, _Sums], as_of: date) -> Iterator[MonthRevenue]:
    first = min(sums)
    for month in months_from(first, month_of(as_of)):
        one = sums.get(month, _Sums())
        is_over = end_of(month) <= as_of
        yield MonthRevenue(
            month=month,
            is_over=is_over,
            invoiced=Money(one.invoiced, currency),
            collected=Money(one.collected, currency),
            open=Money(one.open, currency),
            invoice_count=one.count,
            growth=_against(sums, month, 1, is_over=is_over),
            growth_year=_against(sums, month, 12, is_over=is_over),
        )


def _against(sums: Mapping[date, _Sums], month: date, back: int, *, is_over: bool) -> Measure:
    if not is_over:
        return unknown("the month is not over")
    before = months_later(month, -back)
    if before < min(sums):
        return unknown(f"the ledger begins after {before:%Y-%m}")
    now, then = sums.get(month, _Sums()), sums.get(before, _Sums())
    return growth(now.invoiced, then.invoiced, f"nothing was invoiced in {before:%Y-%m}")
