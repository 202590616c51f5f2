"""LightGBM: gradient-boosted trees, one small tree a delay bin and round; the default family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from net30.features.point_in_time import Matrix
from net30.training.family import Setup
from net30.training.sample import Sample
from net30.training.softmax import Floats, gradients, softmax, starting_margins

SETUPS: tuple[Setup, ...] = (
    {"rounds": 60, "leaves": 15, "rate": 0.08, "least": 0.0006, "l2": 5, "columns": 0.5},
    {"rounds": 80, "leaves": 15, "rate": 0.05, "least": 0.003, "l2": 20, "columns": 0.3},
    {"rounds": 60, "leaves": 6, "rate": 0.05, "least": 0.02, "l2": 20, "columns": 0.3},
)
"""`least` is the smallest share of the examples in a leaf."""
LEAST_ROWS = 20


@dataclass(frozen=True, slots=True)
class LightGBM:
    """Trees, and the margins they start from."""

    booster: lightgbm.Booster
    start: Floats

    def probabilities(self, matrix: Matrix) -> NDArray[np.float64]:
        """Return the probability of each delay bin."""
        margins = np.asarray(self.booster.predict(matrix, raw_score=True))
        return softmax(margins + self.start)


def fit(sample: Sample, setup: Setup, seed: int) -> LightGBM:
    """Learn with the censored likelihood as the loss."""
    start = starting_margins(sample.possible)

    def objective(margins: Floats, _data: lightgbm.Dataset) -> tuple[Floats, Floats]:
        return gradients(margins, sample.possible)

    options: dict[str, Any] = {  # LightGBM's own names
        "objective": objective,
        "num_class": len(sample.bins),
        "num_leaves": int(setup["leaves"]),
        "learning_rate": setup["rate"],
        "min_data_in_leaf": max(int(setup["least"] * len(sample)), LEAST_ROWS),
        "lambda_l2": setup["l2"],
        "feature_fraction": setup["columns"],
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    data = lightgbm.Dataset(
        sample.matrix,
        label=np.zeros(len(sample)),
        init_score=np.tile(start, (len(sample), 1)).ravel(order="F"),
        feature_name=list(sample.names),
    )
    return LightGBM(lightgbm.train(options, data, int(setup["rounds"])), start)
