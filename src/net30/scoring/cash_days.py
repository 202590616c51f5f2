"""Cash days: how long money is on its way, and what a change of plan would be worth.

A plan is one invoice or several parts, each due some days after issue; its cash days are those
from issue to payment, weighted by amount. What another plan brings is the days it saves, times the
amount, times what money costs for a day; its range follows from the two distributions, quantile by
quantile: as prompt, or as slow, a payer under both plans.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from net30.features.invoices import Ints
from net30.scoring.distribution import Distribution, Floats

LEVELS = np.linspace(0.1, 0.9, 17)
"""The quantiles whose least and greatest saving are the range: 80 % of the payers' promptness."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of a plan: minor units, days from issue to due, and when each may be paid."""

    amount: Ints
    terms: Ints
    delay: Distribution


@dataclass(frozen=True, slots=True)
class Days:
    """The mean of days, and the range that holds 80 % of what may come, and the mean."""

    expected: float
    low: float
    high: float


def mean_delay(delay: Distribution) -> Floats:
    """Return the expected delay of each row; a bin counts as its middle day."""
    ends = delay.ends()
    found: Floats = delay.probabilities @ ((ends[:-1] + ends[1:]) / 2)
    return found


def late_days(delay: Distribution, after: int = 0) -> Floats:
    """Return the expected days past `after` days past due: E[max(delay - after, 0)]."""
    ends = delay.ends()
    start, end = np.maximum(ends[:-1], after), np.maximum(ends[1:], after)
    # The mean of max(d - after, 0) over a bin whose days are equally likely.
    share = (end - start) * ((start + end) / 2 - after) / (ends[1:] - ends[:-1])
    found: Floats = delay.probabilities @ share
    return found


def cash_days(plan: Plan) -> Days:
    """Return how many days after issue the money of a plan is expected, by amount."""
    by_level = _by_level(plan)
    expected = _weighted(plan, mean_delay(plan.delay))
    return _around(float(expected), by_level)


def saved_days(now: Plan, instead: Plan) -> Days:
    """Return the cash days that another plan saves; negative when money comes later."""
    expected = cash_days(now).expected - cash_days(instead).expected
    gained = _by_level(now) - _by_level(instead)
    return _around(expected, gained)


def _around(expected: float, by_level: Floats) -> Days:
    low, high = float(by_level.min()), float(by_level.max())
    return Days(expected, min(low, expected), max(high, expected))


def _by_level(plan: Plan) -> Floats:
    """Return the cash days at each of LEVELS, asked all at once."""
    parts, levels = len(plan.terms), len(LEVELS)
    every = Distribution(plan.delay.bins, np.tile(plan.delay.probabilities, (levels, 1)))
    delay = every.quantile(np.repeat(LEVELS, parts)).reshape(levels, parts)
    return _weighted(plan, delay)


def _weighted(plan: Plan, delay: Floats) -> Floats:
    # Nobody pays before there is an invoice.
    days: Floats = np.maximum(plan.terms + delay, 0) @ (plan.amount / plan.amount.sum())
    return days
