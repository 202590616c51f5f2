"""Delay bins: the ranges of delay days that a model gives a probability each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from net30.features.invoices import OPEN, Ints, Invoices
from net30.kernel.errors import InputError

LATE = 0
"""Paid later than so many days after due: late."""
HIGH_RISK = 30


@dataclass(frozen=True, slots=True)
class DelayBins:
    """Bins of whole days by their last day; the last bin has no end.

    Bin 0 is everything up to `last[0]`, bin k the days after last[k-1] up to last[k], and one more
    bin holds what is later. 0 and 30 are always among the last days, so that P(late) and
    P(more than 30 days late) are sums of whole bins.
    """

    last: tuple[int, ...]

    def __post_init__(self) -> None:
        ordered = all(one < two for one, two in zip(self.last, self.last[1:], strict=False))
        if not ordered or not {LATE, HIGH_RISK} <= set(self.last):
            raise InputError(
                "delay bins must rise and hold 0 and 30", hint="train the model anew", code="bins"
            )

    def __len__(self) -> int:
        return len(self.last) + 1

    def of(self, delay: Ints) -> Ints:
        """Return the bin of each delay."""
        return np.searchsorted(np.array(self.last), delay, side="left").astype(np.int64)

    def possible(self, invoices: Invoices, horizon: int) -> np.ndarray:
        """Return the bins that each invoice can still end in, one row an invoice.

        A settled one is in exactly one. One that is open on the morning of the horizon has a
        delay of horizon - due days or more: it is censored, neither dropped nor labelled.
        """
        settled = invoices.paid < OPEN
        least = self.of(np.where(settled, invoices.delay, horizon - invoices.due))
        places = np.arange(len(self))[None, :]
        return np.where(settled[:, None], places == least[:, None], places >= least[:, None])


GRID = (
    *(-60, -45, -30, -21, -14, -10, -7, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 7, 10, 14, 17),
    *(21, 25, 30, 38, 45, 60, 75, 90, 120, 135, 150, 180, 210, 240, 300, 365),
)
"""Where a bin may end: every day around the due date, wider and wider away from it."""
NEAR_DAYS = 7
OFTEN = 0.05
"""A day farther from the due date on which such a share of all payments comes may be a bin of its
own: an early-payment discount's last day, a reminder's."""
END_DAYS = 60
"""How wide a bin without an end is taken to be."""


def bins_for(delay: Ints, count: int) -> DelayBins:
    """Return `count` bins that suit the delays seen, and always end at 0 and at 30.

    From the finest grid, the end whose loss blurs least is taken away until `count` are left: a
    bin blurs by its share of the delays times its days.
    """
    ends = _grid(delay)
    seen = np.bincount(np.searchsorted(ends, delay, side="left"), minlength=len(ends) + 1)
    while len(ends) + 1 > count:
        days = np.diff([ends[0] - END_DAYS, *ends, ends[-1] + END_DAYS])
        merged = days[:-1] + days[1:]
        merged[[0, -1]] = END_DAYS  # a bin without an end
        apart = seen * (days - 1)
        lost = (seen[:-1] + seen[1:]) * (merged - 1) - apart[:-1] - apart[1:]
        # Of ends that lose nothing, far from all delays, the farthest goes first.
        order = np.lexsort([-np.abs(ends), lost])
        at = order[~np.isin(ends[order], (LATE, HIGH_RISK))][0]
        seen[at + 1] += seen[at]
        seen, ends = np.delete(seen, at), np.delete(ends, at)
    return DelayBins(tuple(ends.tolist()))


def _grid(delay: Ints) -> Ints:
    days, count = np.unique(delay, return_counts=True)
    far = (np.abs(days) > NEAR_DAYS) & (days > GRID[0]) & (days < GRID[-1])
    often = days[far & (count >= OFTEN * len(delay))]
    return np.unique([*GRID, *often, *(often - 1)]).astype(np.int64)
