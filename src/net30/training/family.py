"""Family: what every kind of model can do: learn from a sample, predict, become ONNX."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from net30.features.point_in_time import Matrix
from net30.training.sample import Sample

Setup = Mapping[str, float]
"""What can be chosen about a family: number of trees, leaves, rates."""


class Fitted(Protocol):
    """A model that has learned."""

    def probabilities(self, matrix: Matrix) -> NDArray[np.float64]:
        """Return the probability of each delay bin, one row an example."""
        ...

    def to_onnx(self) -> bytes:
        """Return the model as ONNX: `features` (n, F) float32 in, `probabilities` (n, K) out."""
        ...


class Family(Protocol):
    """One kind of model; the file in this room that has the family's name defines both."""

    SETUPS: tuple[Setup, ...]

    def fit(self, sample: Sample, setup: Setup, seed: int) -> Fitted:
        """Learn; the same sample, setup and seed give the same model."""
        ...
