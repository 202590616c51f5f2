"""Family: what every kind of model can do: learn from a sample, predict, become ONNX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from net30.features.point_in_time import Matrix
from net30.training.sample import Sample

Setup = Mapping[str, float]
"""What can be chosen about a family: number of trees, leaves, rates."""


SEQUENCE = tuple(f"delay_{place}" for place in range(20, 0, -1))
"""The customer's last delays, the oldest first."""
SHORT_SEQUENCE = SEQUENCE[-3:]


def summaries(_setup: Setup, names: Sequence[str]) -> tuple[str, ...]:
    """Return all features but the older single delays, which means and quantiles stand for."""
    return tuple(name for name in names if name in SHORT_SEQUENCE or name not in SEQUENCE)


class Fitted(Protocol):
    """A model that has learned."""

    def probabilities(self, matrix: Matrix) -> NDArray[np.float64]:
        """Return the probability of each delay bin, one row an example."""
        ...

    def to_onnx(self) -> bytes:
        """Return the model as ONNX: `features` (n, F) float32 in, `probabilities` (n, K) out."""
        ...


class Family(Protocol):
    """One kind of model; the file in this room that has the family's name defines all of it."""

    SETUPS: tuple[Setup, ...]

    def wanted(self, setup: Setup, names: Sequence[str]) -> tuple[str, ...]:
        """Return which of the features it learns from, in their order; no others are computed."""
        ...

    def fit(self, sample: Sample, setup: Setup, seed: int) -> Fitted:
        """Learn; the same sample, setup and seed give the same model."""
        ...
