"""Sample: what a model learns from: features as of a day, and the outcomes that are still possible.

Every invoice appears several times: once with the history that was known when it was issued, and
again with one that stops some days earlier, as in a batch of future invoices that a ledger with an
older horizon has to score. A model that has never seen such gaps trusts stale figures too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from net30.features.invoices import Ints, Invoices
from net30.features.point_in_time import Matrix, PointInTime
from net30.scoring.delay_bins import DelayBins

WARM_UP_DAYS = 30
"""Invoices of a ledger's first days have no history, through no fault of their customers."""
COPIES = 3
"""So many times an invoice appears with an older history, beside its own."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`matrix` has one row an example; `possible` says which bins it can still end in.

    `issued` is the issue day of each example, so that a family can hold back what came last.
    """

    names: tuple[str, ...]
    matrix: Matrix
    possible: NDArray[np.bool_]
    issued: Ints
    bins: DelayBins

    def __len__(self) -> int:
        return len(self.matrix)

    def thinned(self, rows_max: int, seed: int) -> Sample:
        """Return so many of the examples at most, drawn by the seed, in their order."""
        if len(self) <= rows_max:
            return self
        draw = np.random.default_rng(seed)
        rows = np.sort(draw.choice(len(self), rows_max, replace=False))
        return replace(
            self,
            matrix=self.matrix[rows],
            possible=self.possible[rows],
            issued=self.issued[rows],
        )

    def narrowed(self, names: Sequence[str]) -> Sample:
        """Return the same examples with some of the features only."""
        return replace(self, names=tuple(names), matrix=columns(self.matrix, self.names, names))


def columns(matrix: Matrix, names: Sequence[str], wanted: Sequence[str]) -> Matrix:
    """Return the wanted columns of a matrix that has those of `names`."""
    if tuple(wanted) == tuple(names):
        return matrix
    return matrix[:, [names.index(name) for name in wanted]]


def make_sample(
    known: Invoices, horizon: int, bins: DelayBins, names: Sequence[str], *, gap_max: int, seed: int
) -> Sample:
    """Return the examples that a ledger gives on the morning of `horizon`.

    `known` is what was known then (`Invoices.as_of`); gaps are drawn from 0 to `gap_max` days by
    the seed, so the same ledger gives the same sample.
    """
    past = PointInTime(known, known, names=names)
    draw = np.random.default_rng(seed)
    gaps = [np.zeros(len(known), np.int64)]
    gaps += [draw.integers(0, gap_max + 1, len(known)) for _ in range(COPIES if gap_max else 0)]
    warm = _warm(known)
    possible = bins.possible(known, horizon)[warm]
    return Sample(
        names=tuple(names),
        matrix=np.vstack([past.matrix(known.issued - gap, names)[warm] for gap in gaps]),
        possible=np.vstack([possible] * len(gaps)),
        issued=np.tile(known.issued[warm], len(gaps)),
        bins=bins,
    )


def _warm(known: Invoices) -> NDArray[np.bool_]:
    """Return which invoices are past the first days; all of them where hardly any would be left."""
    if not len(known):
        return np.zeros(0, np.bool_)
    warm: NDArray[np.bool_] = known.issued - known.issued.min() >= WARM_UP_DAYS
    return warm if warm.mean() > 0.5 else np.ones(len(known), np.bool_)  # noqa: PLR2004 (half)
