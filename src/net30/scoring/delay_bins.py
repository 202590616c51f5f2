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


GRID = (*range(-60, 61), *range(65, 151, 5), *range(160, 366, 10))
"""Where a bin may end: every day within two months of the due date, wider and wider after it."""
END_DAYS = 60
"""How wide a bin without an end is taken to be."""


def bins_for(delay: Ints, count: int) -> DelayBins:
    """Return `count` bins that suit the delays seen, and always end at 0 and at 30.

    From the finest grid, the end whose loss blurs least is taken away until `count` are left: a
    bin blurs by its share of the delays times its days.
    """
    ends = np.array(GRID)
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
