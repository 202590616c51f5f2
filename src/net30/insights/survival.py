"""Survival: how long things last, some of which have not ended yet (Kaplan and Meier, 1958)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """The lengths at which something ended, ascending, and the share that lasts longer."""

    lengths: Floats
    shares: Floats

    def beyond(self, length: float) -> float:
        """Return the share that lasts longer than a length."""
        place = int(np.searchsorted(self.lengths, length, side="right"))
        return float(self.shares[place - 1]) if place else 1.0


def survival_of(ended: Sequence[float], lasting: Sequence[float]) -> Survival:
    """Return the product-limit estimate; what is still lasting counts for as long as it has.

    At equal lengths what ended did so before what lasts, as is usual.
    """
    ends = np.sort(np.asarray(ended, np.float64))
    every = np.sort(np.concatenate([ends, np.asarray(lasting, np.float64)]))
    lengths, deaths = np.unique(ends, return_counts=True)
    at_risk = len(every) - np.searchsorted(every, lengths, side="left")
    shares: Floats = np.cumprod(1 - deaths / at_risk).astype(np.float64)
    return Survival(lengths, shares)
