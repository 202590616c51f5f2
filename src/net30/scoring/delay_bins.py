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
END_DAYS = 60
"""How wide a bin without an end is taken to be."""


def bins_for(delay: Ints, count: int) -> DelayBins:
    """Return `count` bins that suit the delays seen, and always end at 0 and at 30.

    From the finest grid, the end whose loss blurs least is taken away until `count` are left: a
    bin blurs by its share of the delays times its days.
    """
    last = list(GRID)
    while len(last) + 1 > count:
        lost = [_blur(delay, [*last[:at], *last[at + 1 :]]) for at in range(len(last))]
        kept = [LATE, HIGH_RISK]
        order = sorted(
            (one for one in range(len(last)) if last[one] not in kept),
            # Of ends that lose nothing, far from all delays, the farthest goes first.
            key=lambda one: (lost[one], -abs(last[one])),
        )
        del last[order[0]]
    return DelayBins(tuple(last))


def _blur(delay: Ints, last: list[int]) -> float:
    bins = np.searchsorted(np.array(last), delay, side="left")
    share = np.bincount(bins, minlength=len(last) + 1)
    days = np.diff([last[0] - END_DAYS, *last, last[-1] + END_DAYS])
    return float((share * (days - 1)).sum())
