"""Distribution: when each invoice will be paid, as one consistent set of probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from net30.features.invoices import Ints
from net30.scoring.delay_bins import END_DAYS, DelayBins

Floats = NDArray[np.float64]
EARLIEST, LATEST = -60, 150
"""Days at which the open ends of the first and the last bin are cut for quantiles, or later: the
last bin is then END_DAYS wide."""

MANY = 1_000
NOTHING = 1e-12
"""A smaller probability is a rounding error."""


@dataclass(frozen=True)
class Distribution:
    """Probabilities of the bins, one row an invoice; each row adds up to 1.

    P(late), P(> 30 days), the median and every quantile come from the same numbers, so they
    never contradict each other.
    """

    bins: DelayBins
    probabilities: Floats

    @cached_property
    def paid_by(self) -> Floats:
        """Return P(paid by the end of each bin), which every quantile is read off."""
        each = self.probabilities
        if len(each) < MANY:
            return np.cumsum(each, axis=1)
        # Bin by bin, the same sums: many rows at once are a third of the work.
        upto = np.empty(each.shape[::-1])
        upto[0] = each[:, 0]
        for place in range(1, len(upto)):
            np.add(upto[place - 1], each[:, place], out=upto[place])
        return upto.T

    def later_than(self, days: int) -> Floats:
        """Return P(delay > days), for a day on which a bin ends."""
        place = self.bins.last.index(days)
        found: Floats = self.probabilities[:, place + 1 :].sum(axis=1)
        return np.minimum(np.maximum(found, 0.0), 1.0)

    def quantile(self, level: float | Floats) -> Floats:
        """Return the delay in days below which a share `level` of the probability lies.

        There is one level for all rows, or one a row, or several that are asked of a single row.
        The mass of a day is spread evenly over half a day to each side of it.
        """
        upto, ends = self.paid_by, self.ends()
        wanted = np.asarray(level, np.float64)
        place = np.minimum((upto < wanted[..., None]).sum(axis=1), len(self.bins) - 1)
        rows = np.arange(len(upto))
        mass = self.probabilities[rows, place]
        before = upto[rows, place] - mass
        inside = (wanted - before) / np.maximum(mass, NOTHING)
        inside = np.minimum(np.maximum(inside, 0.0), 1.0)
        found: Floats = ends[place] + inside * (ends[place + 1] - ends[place])
        return found

    def given_unpaid(self, days: Ints) -> Distribution:
        """Return the distribution once it is known that an invoice was unpaid so long after due.

        `days` (negative before the due date) is the least delay that is still possible. The part
        of a bin that has passed is taken away in proportion to its days.
        """
        ends = self.ends()
        start, end = ends[:-1][None, :], ends[1:][None, :]
        least = (days - 0.5)[:, None]
        left = (end - np.maximum(start, least)) / (end - start)
        left = np.minimum(np.maximum(left, 0.0), 1.0)
        left[:, -1] = np.maximum(left[:, -1], 1e-9)  # however late, it can be later still
        kept = self.probabilities * left
        # What nobody thought possible has happened: then all that is left is equally likely.
        unthought = kept.sum(axis=1) <= NOTHING
        kept[unthought] = left[unthought]
        return Distribution(self.bins, kept / kept.sum(axis=1, keepdims=True))

    @property
    def latest(self) -> int:
        """Return the day after due beyond which nothing is told: an open end is cut there."""
        return max(LATEST, self.bins.last[-1] + END_DAYS)

    def ends(self) -> Floats:
        """Return where the bins end, in days; the open ones are cut."""
        first = min(EARLIEST, self.bins.last[0] - 1)
        return np.array([first, *self.bins.last, self.latest]) + 0.5
