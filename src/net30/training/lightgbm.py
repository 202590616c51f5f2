"""LightGBM: gradient-boosted trees, one small tree a delay bin and round; the default family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from net30.features.point_in_time import Matrix
from net30.training.family import Setup, summaries
from net30.training.sample import Sample
from net30.training.softmax import Floats, gradients, softmax, starting_margins
from net30.training.tree_graph import Tree, tree_graph

SETUPS: tuple[Setup, ...] = (
    {"rounds": 25, "leaves": 31, "rate": 0.15, "least": 0.003, "l2": 20, "columns": 0.3},
    {"rounds": 40, "leaves": 15, "rate": 0.1, "least": 0.003, "l2": 20, "columns": 0.3},
    {"rounds": 40, "leaves": 6, "rate": 0.08, "least": 0.02, "l2": 20, "columns": 0.3},
)
"""`least` is the smallest share of the examples in a leaf."""
LEAST_ROWS = 20
wanted = summaries


@dataclass(frozen=True, slots=True)
class LightGBM:
    """Trees, and the margins they start from."""

    booster: lightgbm.Booster
    start: Floats

    def probabilities(self, matrix: Matrix) -> NDArray[np.float64]:
        """Return the probability of each delay bin."""
        margins = np.asarray(self.booster.predict(matrix, raw_score=True))
        return softmax(margins + self.start)

    def to_onnx(self) -> bytes:
        """Return the trees as ONNX."""
        told = self.booster.dump_model()
        bins = len(self.start)
        trees = (
            _tree(one["tree_structure"], one["tree_index"] % bins) for one in told["tree_info"]
        )
        return tree_graph(
            trees, features=self.booster.num_feature(), start=self.start, softmax=True
        )


def fit(sample: Sample, setup: Setup, seed: int) -> LightGBM:
    """Learn with the censored likelihood as the loss."""
    start = starting_margins(sample.possible)

    def objective(margins: Floats, _examples: lightgbm.Dataset) -> tuple[Floats, Floats]:
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
    examples = lightgbm.Dataset(
        sample.matrix,
        label=np.zeros(len(sample)),
        init_score=np.tile(start, (len(sample), 1)).ravel(order="F"),
        feature_name=list(sample.names),
    )
    return LightGBM(lightgbm.train(options, examples, int(setup["rounds"])), start)


def _tree(root: dict[str, Any], output: int) -> Tree:  # Any: LightGBM's own JSON
    """Return LightGBM's tree as columns; a missing value goes where it was learned to go."""
    nodes: list[dict[str, Any]] = []

    def place(node: dict[str, Any]) -> int:
        here = len(nodes)
        nodes.append(node)
        if "split_feature" in node:
            node["at_left"] = place(node["left_child"])
            node["at_right"] = place(node["right_child"])
        return here

    place(root)
    return Tree(
        feature=np.array([node.get("split_feature", -1) for node in nodes]),
        threshold=np.array([node.get("threshold", 0.0) for node in nodes], np.float64),
        left=np.array([node.get("at_left", 0) for node in nodes]),
        right=np.array([node.get("at_right", 0) for node in nodes]),
        missing_left=np.array([_missing_left(node) for node in nodes]),
        value=np.array([[node.get("leaf_value", 0.0)] for node in nodes], np.float64),
        outputs=(output,),
    )


def _missing_left(node: dict[str, Any]) -> bool:
    """Tell where NaN goes: by the split, or as 0 where none was missing while learning."""
    if node.get("missing_type") == "NaN":
        return bool(node["default_left"])
    return bool(node.get("threshold", 0.0) >= 0)
