"""Seasonality: when in the year and in the week invoices are issued, and when they are paid late.

What is invoiced counts on its issue date; delay on the due date, amount-weighted, for invoices
that fell due before the as-of day, open ones with their days so far.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from net30.insights.as_of import Known
from net30.insights.invoices import with_invoices
from net30.insights.measured import DAYS_DECIMALS, SHARE_DECIMALS, Measure, days, unknown
from net30.insights.months import MONTHS_A_YEAR, end_of, months_from
from net30.kernel.decimals import round_half_up
from net30.kernel.money import Money

NOTHING_DUE = "nothing fell due before the as-of day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One place of a heatmap: `row` is a year or a month 1-12, `column` a month or a weekday 1-7.

    `delay` is in days; weekday 1 is Monday.
    """

    row: int
    column: int
    invoiced: Money
    count: int
    delay: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthIndex:
    """A calendar month against the mean of all twelve.

    `invoiced` is 1.0 for a month like the mean one; `delay` is days above (below) the mean.
    """

    month: int
    invoiced: Measure
    delay: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Seasonality:
    """Two heatmaps, year by month and month by weekday, and the index of each calendar month.

    `complete_months` are those from the ledger's first to the last that is over.
    """

    years: tuple[Cell, ...]
    weekdays: tuple[Cell, ...]
    index: tuple[MonthIndex, ...]
    complete_months: int


@dataclass(slots=True)
class _Sums:
    invoiced: int = 0
    count: int = 0
    late_days: int = 0
    due: int = 0


Place = tuple[int, int, int]
"""Year, month 1-12, weekday 1-7."""

_ISSUED = """
select currency, year(issue_date), month(issue_date), isodow(issue_date), sum(billed), count(*)
from invoices group by all order by all
"""
_DUE = """
select currency, year(due_date), month(due_date), isodow(due_date),
       sum(billed * delay), sum(billed)
from invoices where has_matured group by all order by all
"""


def seasonality(known: Known) -> dict[str, Seasonality]:
    """Return the heatmaps and the months' index by currency; all of the ledger counts."""
    with_invoices(known)
    found: dict[str, dict[Place, _Sums]] = {}
    for currency, year, month, weekday, billed, count in known.rows(_ISSUED):
        sums = found.setdefault(currency, {}).setdefault((year, month, weekday), _Sums())
        sums.invoiced, sums.count = int(billed), count
    for currency, year, month, weekday, late_days, due in known.rows(_DUE):
        sums = found.setdefault(currency, {}).setdefault((year, month, weekday), _Sums())
        sums.late_days, sums.due = int(late_days), int(due)
    return {
        currency: _seasonality(currency, found[currency], known.as_of) for currency in sorted(found)
    }


def _seasonality(currency: str, places: Mapping[Place, _Sums], as_of: date) -> Seasonality:
    years = _together(places, 0, 1)
    months = _complete(places, as_of)
    return Seasonality(
        years=tuple(_cells(years, currency)),
        weekdays=tuple(_cells(_together(places, 1, 2), currency)),
        index=tuple(_index(years, months)),
        complete_months=len(months),
    )


def _together(places: Mapping[Place, _Sums], row: int, column: int) -> dict[tuple[int, int], _Sums]:
    found: dict[tuple[int, int], _Sums] = {}
    for place, one in places.items():
        sums = found.setdefault((place[row], place[column]), _Sums())
        sums.invoiced += one.invoiced
        sums.count += one.count
        sums.late_days += one.late_days
        sums.due += one.due
    return found


def _cells(sums: Mapping[tuple[int, int], _Sums], currency: str) -> Iterator[Cell]:
    for (row, column), one in sorted(sums.items()):
        yield Cell(
            row=row,
            column=column,
            invoiced=Money(one.invoiced, currency),
            count=one.count,
            delay=days(one.late_days, one.due, NOTHING_DUE),
        )


def _complete(places: Mapping[Place, _Sums], as_of: date) -> Sequence[date]:
    """Return the months that are over, from the first in which something was issued."""
    first = min(date(year, month, 1) for (year, month, _), one in places.items() if one.count)
    return [month for month in months_from(first, as_of.replace(day=1)) if end_of(month) <= as_of]


def _index(years: Mapping[tuple[int, int], _Sums], months: Sequence[date]) -> Iterator[MonthIndex]:
    """Yield each calendar month; one that is there twice counts with its mean, so once."""
    if len(months) < MONTHS_A_YEAR:
        reason = f"needs {MONTHS_A_YEAR} complete months; there are {len(months)}"
        for month in range(1, MONTHS_A_YEAR + 1):
            yield MonthIndex(month=month, invoiced=unknown(reason), delay=unknown(reason))
        return
    invoiced, delay = _of_calendar_months(years, months)
    mean = Fraction(sum(invoiced.values()), MONTHS_A_YEAR)
    delays = [one for one in delay.values() if one is not None]
    usual = Fraction(sum(delays), len(delays)) if delays else Fraction(0)
    for month in range(1, MONTHS_A_YEAR + 1):
        one = delay[month]
        yield MonthIndex(
            month=month,
            invoiced=Measure(_rounded(invoiced[month] / mean, SHARE_DECIMALS)),
            delay=unknown("nothing fell due in this month of any year")
            if one is None
            else Measure(_rounded(one - usual, DAYS_DECIMALS)),
        )


def _of_calendar_months(
    years: Mapping[tuple[int, int], _Sums], months: Sequence[date]
) -> tuple[dict[int, Fraction], dict[int, Fraction | None]]:
    invoiced: dict[int, Fraction] = {}
    delay: dict[int, Fraction | None] = {}
    for place in range(1, MONTHS_A_YEAR + 1):
        same = [month for month in months if month.month == place]
        sums = [years.get((month.year, place), _Sums()) for month in same]
        invoiced[place] = Fraction(sum(one.invoiced for one in sums), len(same))
        due = sum(one.due for one in sums)
        delay[place] = Fraction(sum(one.late_days for one in sums), due) if due else None
    return invoiced, delay


def _rounded(exact: Fraction, digits: int) -> Decimal:
    return round_half_up(Decimal(exact.numerator) / Decimal(exact.denominator), digits)
