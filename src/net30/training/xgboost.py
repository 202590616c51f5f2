"""XGBoost: gradient-boosted trees with the censored likelihood, from the CPU build."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from net30.features.point_in_time import Matrix
from net30.training.family import Setup, summaries
from net30.training.sample import Sample
from net30.training.softmax import Floats, gradients, softmax, starting_margins
from net30.training.tree_graph import Tree, tree_graph

SETUPS: tuple[Setup, ...] = (
    {"rounds": 25, "leaves": 24, "rate": 0.15, "least": 0.003, "l2": 20, "columns": 0.3},
    {"rounds": 40, "leaves": 6, "rate": 0.08, "least": 0.02, "l2": 20, "columns": 0.3},
)
"""`least` is the smallest share of the examples in a leaf."""
LEAST_ROWS = 20
wanted = summaries


@dataclass(frozen=True, slots=True)
class XGBoost:
    """Trees, and the margins they start from."""

    booster: xgboost.Booster
    start: Floats

    def probabilities(self, matrix: Matrix) -> NDArray[np.float64]:
        """Return the probability of each delay bin."""
        given = xgboost.DMatrix(matrix)
        margins = np.asarray(self.booster.predict(given, output_margin=True), np.float64)
        return softmax(margins.reshape(len(matrix), len(self.start)) + self.start)

    def to_onnx(self) -> bytes:
        """Return the trees as ONNX, from XGBoost's own JSON."""
        told = json.loads(bytes(self.booster.save_raw("json")))
        model = told["learner"]["gradient_booster"]["model"]
        trees = (
            _tree(one, bin_) for one, bin_ in zip(model["trees"], model["tree_info"], strict=True)
        )
        return tree_graph(
            trees, features=self.booster.num_features(), start=self.start, softmax=True
        )


def fit(sample: Sample, setup: Setup, seed: int) -> XGBoost:
    """Learn with the censored likelihood as the loss."""
    start = starting_margins(sample.possible)

    def objective(margins: Floats, _examples: xgboost.DMatrix) -> tuple[Floats, Floats]:
        return gradients(margins.reshape(sample.possible.shape) + start, sample.possible)

    # A leaf's sum of p (1 - p) stands for its rows: every bin's mean is about 1 / bins.
    rows = max(setup["least"] * len(sample), LEAST_ROWS)
    options: dict[str, Any] = {  # XGBoost's own names
        "num_class": len(sample.bins),
        "base_score": 0.0,
        "tree_method": "hist",
        "grow_policy": "lossguide",
        "max_depth": 0,
        "max_leaves": int(setup["leaves"]),
        "eta": setup["rate"],
        "min_child_weight": rows / len(sample.bins),
        "lambda": setup["l2"],
        "colsample_bytree": setup["columns"],
        "subsample": 0.7,
        "seed": seed,
        "disable_default_eval_metric": True,
    }
    examples = xgboost.QuantileDMatrix(sample.matrix, np.zeros(len(sample)))
    booster = xgboost.train(options, examples, int(setup["rounds"]), obj=objective)
    return XGBoost(booster, start)


def _tree(told: dict[str, Any], output: int) -> Tree:  # Any: XGBoost's own JSON
    """Return XGBoost's tree as columns.

    It goes left where x < threshold; of 32-bit numbers that is x <= the one just below.
    """
    left = np.array(told["left_children"])
    conditions = np.array(told["split_conditions"], np.float32)  # at a leaf: its value
    below = np.nextafter(conditions, np.float32(-np.inf)).astype(np.float64)
    leaf = left < 0
    return Tree(
        feature=np.where(leaf, -1, told["split_indices"]),
        threshold=np.where(leaf, 0.0, below),
        left=left,
        right=np.array(told["right_children"]),
        missing_left=np.array(told["default_left"]).astype(np.bool_),
        value=conditions.astype(np.float64)[:, None],
        outputs=(output,),
    )
