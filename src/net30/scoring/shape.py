"""Shape: how early, and how late, a company is paid beside what a model learned elsewhere tells.

One factor a bin. What is on time and what is late each have theirs, so the chance of being late
stays as it is told; within each side the factors are those under which what came was likeliest,
with some invoices beside that came just as told (expectation maximisation, Dempster et al. 1977).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from net30.scoring.delay_bins import LATE, DelayBins
from net30.scoring.distribution import Distribution, Floats

AS_TOLD = 30
"""So many invoices on each side speak for what was told."""
ROUNDS = 10
TINY = 1e-12


def shape_of(told: Distribution, possible: NDArray[np.bool_]) -> tuple[float, ...]:
    """Return the factor of each bin, from invoices that have fallen due.

    `possible` has the bins that each can still end in (DelayBins.possible): one of a settled
    invoice, all later ones of an open one, which is late by now.
    """
    factors = np.ones(len(told.bins))
    for side in sides(told.bins):
        every = told.probabilities[:, side]
        usual = every.sum(axis=0) / max(float(every.sum()), TINY)
        rows = possible[:, side].any(axis=1)
        each, left = every[rows], possible[rows, side]
        for _ in range(ROUNDS):
            now = _to_one(each * factors[side])
            came = _to_one(now * left).sum(axis=0) + AS_TOLD * usual
            expected = now.sum(axis=0) + AS_TOLD * _to_one(usual * factors[side])
            factors[side] *= came / np.maximum(expected, TINY)
    return tuple(factors.tolist())


def sides(bins: DelayBins) -> tuple[slice, slice]:
    """Return the bins that are on time, and those that are late."""
    late = bins.last.index(LATE) + 1
    return slice(0, late), slice(late, len(bins))


def _to_one(given: Floats) -> Floats:
    found: Floats = given / np.maximum(given.sum(axis=-1, keepdims=True), TINY)
    return found
