"""Financial impact: what waiting for money costs, and what paying sooner would save.

The cost of a day is what is open at its end x cost of capital / 365. Nothing here is foretold: it
is what was, and what other behaviour would have changed at the same sales.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from net30.insights.as_of import Known, Period
from net30.insights.carried import Carried, carried_in, overdue_by_customer
from net30.insights.measured import half_up
from net30.insights.months import end_of, month_of, months_later
from net30.kernel.money import Money

DAYS_A_YEAR = 365
TOP = 10
MONTHS = 12
MONTHS_MIN = 3
"""With fewer complete months nothing is said about how savings vary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What an action frees, as of the period, and what that saves in a year.

    `low` and `high` are what it would save at the lowest and the highest of the last twelve
    complete months; None with a `reason` where there are too few.
    """

    action: str
    frees: Money
    saves_a_year: Money
    low: Money | None
    high: Money | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancialImpact:
    """What receivables cost in the period at the company's cost of capital (per cent a year).

    `opportunity_cost` is of all that was open, `cost_of_delay` of what was past due of it: on
    invoices still open, and on those settled (or given up) since. `mean_receivables` and
    `mean_overdue` are the means of the ends of its days.
    """

    cost_of_capital: Decimal
    mean_receivables: Money
    mean_overdue: Money
    opportunity_cost: Money
    cost_of_delay: Money
    cost_of_delay_open: Money
    cost_of_delay_settled: Money
    savings: tuple[Saving, ...]


_SALES = """
select currency, sum(amount) from facts
where fact in ('invoice', 'credit_note') and day between $start and $end group by currency
"""
_FIRST = """
select currency, min(issue_date) from claims where kind = 'invoice' group by currency order by all
"""


@dataclass(frozen=True, slots=True)
class _Window:
    """A period with what was carried, what the slowest customers carried, and what was sold."""

    period: Period
    carried: Carried
    slowest: int
    sales: int


def financial_impact(
    known: Known, period: Period, cost_of_capital: Decimal
) -> dict[str, FinancialImpact]:
    """Return the cost of waiting in a period by currency; `cost_of_capital` is per cent a year."""
    periods = [period, *_months(known.as_of)]
    carried = carried_in(known, periods)
    sales = [dict(known.rows(_SALES, start=one.start, end=one.end)) for one in periods]
    slowest = [overdue_by_customer(known, one) for one in periods]
    found: dict[str, FinancialImpact] = {}
    for currency, first in known.rows(_FIRST):
        windows = [
            _Window(
                one,
                carried.get(currency, [Carried()] * len(periods))[place],
                sum(overdue for _, overdue in slowest[place].get(currency, ())[:TOP]),
                int(sales[place].get(currency, 0)),
            )
            for place, one in enumerate(periods)
            if not place or one.start >= month_of(first)
        ]
        found[currency] = _impact(currency, windows, cost_of_capital)
    return found


def _months(as_of: date) -> list[Period]:
    """Return the last complete months, the latest first."""
    now = month_of(as_of)
    latest = now if end_of(now) == as_of else months_later(now, -1)
    starts = [months_later(latest, -count) for count in range(MONTHS)]
    return [Period(start, end_of(start)) for start in starts]


def _impact(currency: str, windows: Sequence[_Window], percent: Decimal) -> FinancialImpact:
    asked = windows[0]
    carried, length = asked.carried, asked.period.days
    yearly = Fraction(percent) / 100
    daily = yearly / DAYS_A_YEAR

    def money(minor: Fraction) -> Money:
        return Money(half_up(minor), currency)

    return FinancialImpact(
        cost_of_capital=percent,
        mean_receivables=money(Fraction(carried.balance, length)),
        mean_overdue=money(Fraction(carried.overdue, length)),
        opportunity_cost=money(carried.balance * daily),
        cost_of_delay=money(carried.overdue * daily),
        cost_of_delay_open=money(carried.overdue_open * daily),
        cost_of_delay_settled=money(carried.overdue_settled * daily),
        savings=tuple(
            _saving(action, [freed(window) for window in windows], yearly, currency)
            for action, freed in ACTIONS.items()
        ),
    )


def _saving(action: str, freed: Sequence[Fraction], yearly: Fraction, currency: str) -> Saving:
    now, *months = freed
    low = high = None
    reason = ""
    if len(months) < MONTHS_MIN:
        reason = f"needs {MONTHS_MIN} complete months; there are {len(months)}"
    else:
        low, high = (
            Money(half_up(month * yearly), currency) for month in (min(months), max(months))
        )
    return Saving(
        action=action,
        frees=Money(half_up(now), currency),
        saves_a_year=Money(half_up(now * yearly), currency),
        low=low,
        high=high,
        reason=reason,
    )


def _mean(minor_days: int, window: _Window) -> Fraction:
    return Fraction(minor_days, window.period.days)


ACTIONS: Mapping[str, Callable[[_Window], Fraction]] = {
    "dso_one_day_less": lambda window: _mean(window.sales, window),
    "all_paid_by_due_date": lambda window: _mean(window.carried.overdue, window),
    "none_over_30_days_late": lambda window: _mean(window.carried.overdue_30, window),
    "ten_slowest_customers_on_time": lambda window: _mean(window.slowest, window),
}
"""Action -> what it would have freed, on the mean of a period's days, in minor units."""
