"""Level: how much later or sooner a company is paid than a model learned elsewhere tells.

Two numbers in log-odds of being late, found from what has fallen due at the company: one for every
invoice, and one that fades as a customer's own record grows, since that tells the level itself. It
is ridge-penalised logistic regression, so few invoices move little (Hoerl and Kennard 1970), found
by Newton's steps.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from net30.features.invoices import Ints
from net30.scoring.delay_bins import LATE
from net30.scoring.distribution import Distribution, Floats
from net30.scoring.shape import sides

RECORD = "paid_count"
"""The feature that tells how many settled invoices a customer has."""
FADES = 3.0
"""After so many settled invoices a customer's record counts as much as the company's."""
SPREAD = np.array([0.4, 1.0])
"""How far companies lie apart in each number, as a standard deviation; assumed."""
TINY = 1e-7
STEPS = 50
STEP_MAX = 2.0


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`every` moves the log-odds of every invoice, `newcomers` also those with little record.

    `fallen` are the invoices it was found from; `late` and `told` the shares that were late, and
    that had been told. `shape` has a factor for each bin (shape.py), or is empty.
    """

    every: float
    newcomers: float
    fallen: int
    late: float
    told: float
    shape: tuple[float, ...] = ()

    def moved(self, made: Distribution, record: NDArray[np.float32]) -> Distribution:
        """Return distributions at this level, by the settled invoices of each one's customer.

        How late the late ones are, and how early the others, is moved by `shape` alone, bin by
        bin: a shift of every delay would drag rare long ones along.
        """
        odds = _ways(record) @ np.array([self.every, self.newcomers])
        late = np.clip(made.later_than(LATE), TINY, 1 - TINY)
        wanted = 1 / (1 + np.exp(np.log1p(-late) - np.log(late) - odds))
        kept = made.probabilities * (self.shape or 1.0)
        for side, share in zip(sides(made.bins), (1 - wanted, wanted), strict=True):
            kept[:, side] *= (share / np.maximum(kept[:, side].sum(axis=1), TINY))[:, None]
        return Distribution(made.bins, kept / kept.sum(axis=1, keepdims=True))


def level_of(told: Floats, record: NDArray[np.float32], late: Ints | NDArray[np.bool_]) -> Level:
    """Return the level under which what was told fits best to what came; told are chances."""
    ways, hit = _ways(record), late.astype(np.float64)
    inside = np.clip(told, 1e-6, 1 - 1e-6)
    start = np.log(inside) - np.log1p(-inside)
    pull = np.diag(1 / SPREAD**2)
    moved = np.zeros(2)
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(start + ways @ moved)))
        slope = ways.T @ (p - hit) + pull @ moved
        bend = (ways * (p * (1 - p))[:, None]).T @ ways + pull
        step = np.linalg.solve(bend, slope)
        moved = moved - step * min(1.0, STEP_MAX / max(float(np.abs(step).max()), 1e-12))
    return Level(
        every=float(moved[0]),
        newcomers=float(moved[1]),
        fallen=len(told),
        late=float(hit.mean()),
        told=float(told.mean()),
    )


def _ways(record: NDArray[np.float32]) -> Floats:
    count = record.astype(np.float64)
    return np.column_stack([np.ones(len(count)), FADES / (FADES + count)])
