"""Gradient boosting: scikit-learn's histogram trees, one a delay bin and round, no further package.

Its converter to ONNX fails on NumPy's own whole numbers, so its nodes are written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from net30.features.point_in_time import Matrix
from net30.training.family import Setup, summaries
from net30.training.redistribute import fit_twice
from net30.training.sample import Sample
from net30.training.softmax import Floats
from net30.training.tree_graph import Tree, tree_graph

SETUPS: tuple[Setup, ...] = (
    {"rounds": 25, "leaves": 15, "rate": 0.15, "least": 0.003, "l2": 20, "columns": 0.3},
    {"rounds": 40, "leaves": 6, "rate": 0.1, "least": 0.02, "l2": 20, "columns": 0.3},
)
"""`least` is the smallest share of the examples in a leaf."""
LEAST_ROWS = 20
SHARE_MIN = 0.01
"""A smaller share of one open invoice is not worth a row of its own."""
NOTHING_KNOWN = 0.5
"""So much of an example in every bin, with no feature known: each bin stays possible."""
NEVER = 0.999
"""A feature that is missing in more of the examples is not learned from."""
wanted = summaries


@dataclass(frozen=True, slots=True)
class GradientBoosting:
    """The boosted trees, a class for every bin."""

    trees: HistGradientBoostingClassifier

    def probabilities(self, matrix: Matrix) -> NDArray[np.float64]:
        """Return the probability of each delay bin."""
        return np.asarray(self.trees.predict_proba(matrix), np.float64)

    def to_onnx(self) -> bytes:
        """Return the trees as ONNX."""
        start = self.trees._baseline_prediction.ravel().astype(np.float64)  # noqa: SLF001 (no other way to the nodes)
        rounds = self.trees._predictors  # noqa: SLF001 (the same)
        trees = (_tree(one.nodes, place) for round_ in rounds for place, one in enumerate(round_))
        return tree_graph(trees, features=self.trees.n_features_in_, start=start, softmax=True)


def fit(sample: Sample, setup: Setup, seed: int) -> GradientBoosting:
    """Learn from examples repeated once for each bin they may end in, weighted by its share."""
    # It cannot take a feature that is never known: one that is always 0 says as little.
    never = np.isnan(sample.matrix).mean(axis=0) > NEVER
    matrix = np.where(never, np.float32(0), sample.matrix)
    unknown = np.full((len(sample.bins), matrix.shape[1]), np.nan, np.float32)
    unknown[:, never] = 0

    def boosted(labels: Floats, effort: float) -> GradientBoosting:
        rows, bins, weight = _repeated(labels)
        trees = HistGradientBoostingClassifier(
            max_iter=max(int(setup["rounds"] * effort), 1),
            max_leaf_nodes=int(setup["leaves"]),
            learning_rate=setup["rate"],
            min_samples_leaf=max(int(setup["least"] * len(sample)), LEAST_ROWS),
            l2_regularization=setup["l2"],
            max_features=setup["columns"],
            max_bins=127,
            early_stopping=False,
            random_state=seed,
        )
        return GradientBoosting(
            trees.fit(
                np.vstack([matrix[rows], unknown]),
                np.concatenate([bins, np.arange(labels.shape[1])]),
                np.concatenate([weight, np.full(labels.shape[1], NOTHING_KNOWN)]),
            )
        )

    return fit_twice(sample, boosted)


def _repeated(labels: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Return place of the example, bin and weight of each row to learn from."""
    kept = np.where(labels >= SHARE_MIN, labels, 0.0)
    rows, bins = np.nonzero(kept)
    weight: Floats = (kept / kept.sum(axis=1, keepdims=True))[rows, bins]
    return rows, bins, weight


def _tree(nodes: NDArray[Any], output: int) -> Tree:  # Any: scikit-learn's own record of a node
    leaf = nodes["is_leaf"].astype(np.bool_)
    return Tree(
        feature=np.where(leaf, -1, nodes["feature_idx"].astype(np.int64)),
        threshold=nodes["num_threshold"].astype(np.float64),
        left=nodes["left"].astype(np.int64),
        right=nodes["right"].astype(np.int64),
        missing_left=nodes["missing_go_to_left"].astype(np.bool_),
        value=nodes["value"].astype(np.float64)[:, None],
        outputs=(output,),
    )
