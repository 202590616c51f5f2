"""Cost: what days of waiting cost, as money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from net30.kernel.money import Money
from net30.scoring.cash_days import Days

DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Gain:
    """What something is worth, and the range that holds 80 % of what may come.

    With `at_most` nobody knows how much of it an action brings: it is what is at stake.
    """

    expected: Money
    low: Money
    high: Money
    at_most: bool = False


def cost_of_days(amount: Money, days: float, percent_a_year: Decimal) -> Money:
    """Return amount x days / 365 x cost of capital, rounded half up once."""
    share = percent_a_year / 100 * Decimal(repr(days)) / DAYS_A_YEAR
    return Money.rounded(amount.amount * share, amount.currency)


def gain_of(amount: Money, saved: Days, percent_a_year: Decimal) -> Gain:
    """Return what saved days are worth."""
    expected, low, high = (
        cost_of_days(amount, days, percent_a_year)
        for days in (saved.expected, saved.low, saved.high)
    )
    return Gain(expected, low, high)
