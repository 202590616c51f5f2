"""Settled: how the customer paid what was settled before the day."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from net30.features.invoices import AMOUNT_MAX, DELAY_MAX, Flags, Ints, Invoices
from net30.features.ratios import Features, Floats, known, share, spread
from net30.features.timeline import Past, Timeline

EARLY_DAYS = 3
"""Paid so many days before due, or more: early."""
HIGH_RISK_DAYS = 30
OVERDUE_DAYS = (0, 7, 30)
"""An invoice was overdue once it was open more than so many days past due."""
COUNT_MAX = 20
"""Counts are capped: one that only grows says how long the ledger is, not how a customer pays."""
SINCE_MAX = 120
LAST = 20
WITHIN = (3, 5, 10, 20)
SIZES = np.array(WITHIN)
QUANTILES = (10, 25, 50, 75, 90, 100)
PERCENTS = np.array(QUANTILES)[:, None]
WEIGHTS = np.arange(LAST, 0, -1)
"""The newest of the last delays weighs 20 times as much as the oldest."""
BEYOND = 2**31 - 1


class Settlements(Timeline):
    """Settled invoices, customer by customer, in the order in which they became known as settled.

    Of what was settled on one day the latest counts as the newest.
    """

    def __init__(self, settled: Invoices) -> None:
        """Add up what features need of settled invoices."""
        delay = settled.delay
        late = delay > 0
        amount = np.minimum(np.maximum(settled.amount, 0), AMOUNT_MAX)
        values = {
            "delay": delay,
            "squares": delay * delay,
            "late": late,
            "late30": delay > HIGH_RISK_DAYS,
            "early": delay <= -EARLY_DAYS,
            "amount": amount,
            "late_amount": late * amount,
            **was_overdue(settled),
        }
        super().__init__(settled.customer, settled.settled_on, values, rank=delay + DELAY_MAX)

    @cached_property
    def delays(self) -> Ints:
        """Return the delay of each."""
        return self.values("delay")


def was_overdue(invoices: Invoices) -> dict[str, Ints | Flags]:
    """Return which invoices were ever overdue by more than some days, and the due days of those."""
    late_for = invoices.settled_on - invoices.fell_due
    found: dict[str, Ints | Flags] = {f"overdue{days}": late_for > days for days in OVERDUE_DAYS}
    return found | {"overdue_due": (late_for > 0) * invoices.due}


class Settled:
    """What had been settled of each question's customer before its day."""

    def __init__(self, line: Settlements, customer: Ints, day: Ints) -> None:
        """Ask a timeline of settled invoices, once a feature needs it."""
        self._line, self._customer, self._day = line, customer, day

    @cached_property
    def window(self) -> Past:
        """Return the invoices themselves."""
        return self._line.before(self._customer, self._day)

    @cached_property
    def last(self) -> tuple[Ints, Flags]:
        """Return the last delays, newest first (0 where there is none), and which there are."""
        return self.window.latest(self._line.delays, LAST)

    @cached_property
    def late(self) -> Flags:
        """Return which of the last were late."""
        return self.last[0] > 0

    @cached_property
    def of_last(self) -> Floats:
        """Return the mean delay and the late share of the last 3, then of the last 5, and so on."""
        sums = np.stack((self.last[0], self.late), axis=1).cumsum(axis=2)[:, :, SIZES - 1]
        found = share(sums, np.minimum(self.window.count[:, None, None], SIZES))
        return found.transpose(2, 1, 0).reshape(2 * len(SIZES), -1)

    @cached_property
    def delays(self) -> Floats:
        """Return the last delays, a row a place, the newest first."""
        delays, there = self.last
        return known(delays, there).T

    @cached_property
    def quantiles(self) -> Floats:
        """Return the values at place floor((m - 1) q / 100) of the last m delays, a row a q."""
        delays, there = self.last
        ordered = np.where(there, delays, BEYOND)
        ordered.sort(axis=1)
        m = self.of(LAST)
        places = np.maximum((m - 1) * PERCENTS // 100, 0)
        return known(ordered[np.arange(len(m)), places], m > 0)

    def of(self, size: int) -> Ints:
        """Return how many of the last ones there are, `size` at most."""
        return np.minimum(self.window.count, size)

    def share(self, name: str) -> Floats:
        """Return the mean of a value over all of them."""
        return share(self.window.total(name), self.window.count)

    def trend(self) -> Floats:
        """Return how much later the last five were paid than all of them."""
        found: Floats = self.of_last[2 * WITHIN.index(5)] - self.share("delay")
        return found

    def recent(self, values: Ints | Flags) -> Floats:
        """Return the mean of something of the last ones, the newer the weightier."""
        return share(values @ WEIGHTS, self.weight)

    @cached_property
    def weight(self) -> Ints:
        """Return the weights of the last ones, added up."""
        found: Ints = self.last[1] @ WEIGHTS
        return found

    def days_since(self) -> Floats:
        """Return how long ago the last one was settled."""
        last, there = self.window.latest(self._line.days, 1)
        since = np.minimum(self._day - last[:, 0], SINCE_MAX)
        return known(since, there[:, 0])


FEATURES: Features[Settled] = {
    ("paid_count",): lambda past: np.minimum(past.window.count, COUNT_MAX),
    ("late_share",): lambda past: past.share("late"),
    ("late30_share",): lambda past: past.share("late30"),
    ("early_share",): lambda past: past.share("early"),
    ("late_amount_share",): lambda past: share(
        past.window.total("late_amount"), past.window.total("amount")
    ),
    ("delay_mean",): lambda past: past.share("delay"),
    ("delay_spread",): lambda past: spread(
        past.window.count, past.window.total("delay"), past.window.total("squares")
    ),
    tuple(
        f"{name}_last{size}" for size in WITHIN for name in ("delay_mean", "late_share")
    ): lambda past: past.of_last,
    ("delay_trend",): Settled.trend,
    ("late_share_recent",): lambda past: past.recent(past.late),
    ("delay_mean_recent",): lambda past: past.recent(past.last[0]),
    tuple(f"delay_q{percent}" for percent in QUANTILES): lambda past: past.quantiles,
    tuple(f"delay_{place + 1}" for place in range(LAST)): lambda past: past.delays,
    ("days_since_paid",): Settled.days_since,
}
