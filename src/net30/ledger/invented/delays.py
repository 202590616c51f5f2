"""Delays: when invoices are paid, as a law whose probabilities are known, and draws from it.

An invoice takes its usual way or a detour. On each way the money is ready some days after due: the
way's median, plus a spread times one common shape. It is paid on the customer's next run day, not
before its issue. So it is paid by a day exactly when the money was ready by the last run day up to
it, and every probability is a sum over the ways.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from net30.ledger.invented.chance import Floats, Ints, line
from net30.ledger.invented.law import Detour, ShapeLaw
from net30.ledger.invented.run_days import RunDays

NEVER = 2**30
"""The day of payment of what is never paid."""
DELAY_MAX = 900
"""Days past due; no payment of the law comes later, a few wait some days more for a run day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """The law of some invoices: columns of equal length, days since 1970-01-01.

    `days` and `spread` are of the usual way; `detour_share` has a row for each detour of the law.
    """

    shape: ShapeLaw
    detours: tuple[Detour, ...]
    run_days: RunDays
    issued: Ints
    due: Ints
    run: Ints
    days: Floats
    spread: Floats
    detour_share: Floats

    def paid_by(self, delay: Ints) -> Floats:
        """Return the probability of being paid at most so many days after due."""
        latest = self.run_days.latest(self.run, self.due + delay)
        ready = latest - self.due + 0.5
        levels, spreads = np.array(self.shape.levels), np.array(self.shape.spreads)
        found = np.zeros(len(self.due))
        for share, days, spread, never in self._ways():
            if not never:
                place = (ready - self.days - days) / (self.spread + spread)
                found += share * line(place, spreads, levels)
        return np.where(latest >= self.issued, found, 0.0)

    def quantile(self, level: float) -> Ints:
        """Return the least days past due by which a share is paid; DELAY_MAX when never so much."""
        low = self.issued - self.due - 1
        high = np.full_like(low, DELAY_MAX)
        while np.any(high - low > 1):
            middle = (low + high) // 2
            enough = self.paid_by(middle) >= level
            high = np.where(enough, middle, high)
            low = np.where(enough, low, middle)
        return high

    def drawn(self, which: Floats, where: Floats) -> tuple[Ints, Ints]:
        """Return the way of each invoice, 0 the usual one, and the day on which it is paid.

        Both draws are numbers from 0 to 1: for the way, and for the place on it.
        """
        way = np.zeros(len(which), np.int64)
        upto = 1 - self.detour_share.sum(axis=0)
        for share in self.detour_share:
            way += which >= upto
            upto = upto + share
        levels, spreads = np.array(self.shape.levels), np.array(self.shape.spreads)
        more_days = np.array([0.0, *(one.days for one in self.detours)])[way]
        more_spread = np.array([0.0, *(one.spread for one in self.detours)])[way]
        shape = line(where, levels, spreads)
        ready = np.floor(self.days + more_days + (self.spread + more_spread) * shape + 0.5)
        delay = np.minimum(ready, DELAY_MAX).astype(np.int64)
        paid = self.run_days.following(self.run, np.maximum(self.due + delay, self.issued))
        never = np.array([False, *(one.never for one in self.detours)])[way]
        return way, np.where(never, NEVER, paid)

    def _ways(self) -> list[tuple[Floats, float, float, bool]]:
        usual = 1 - self.detour_share.sum(axis=0)
        ways = [(usual, 0.0, 0.0, False)]
        for share, one in zip(self.detour_share, self.detours, strict=True):
            ways.append((share, one.days, one.spread, one.never))
        return ways
