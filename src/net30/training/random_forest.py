"""Random forest: the mean of many trees whose leaves hold whole distributions.

The trees are grown on labels that say for each bin how surely the invoice was paid by its end, so
every split is the one that lowers the ranked probability score most (Epstein 1969), and one tree
serves all bins. Forests: Breiman 2001.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestRegressor

from net30.features.point_in_time import Matrix
from net30.training.family import Setup, summaries
from net30.training.redistribute import fit_twice
from net30.training.sample import Sample
from net30.training.softmax import Floats
from net30.training.tree_graph import Tree, tree_graph

SETUPS: tuple[Setup, ...] = (
    {"trees": 80, "least": 0.0025, "columns": 0.3},
    {"trees": 80, "least": 0.0075, "columns": 0.5},
)
"""`least` is the smallest share of a tree's examples in a leaf."""
LEAST_ROWS = 20
ROWS_PER_TREE_MAX = 16_000
wanted = summaries


@dataclass(frozen=True, slots=True)
class RandomForest:
    """The forest; its outputs are P(paid by the end of a bin), for all bins but the last."""

    forest: RandomForestRegressor

    def probabilities(self, matrix: Matrix) -> NDArray[np.float64]:
        """Return the probability of each delay bin."""
        return _by_bin(np.asarray(self.forest.predict(matrix), np.float64))

    def to_onnx(self) -> bytes:
        """Return the trees as ONNX; a leaf holds its share of the mean."""
        made = [one.tree_ for one in self.forest.estimators_]
        bins = made[0].value.shape[1] + 1
        trees = (
            Tree(
                feature=np.where(one.children_left < 0, -1, one.feature),
                threshold=one.threshold,
                left=one.children_left,
                right=one.children_right,
                missing_left=one.missing_go_to_left.astype(np.bool_),
                value=_by_bin(one.value[:, :, 0]) / len(made),
                outputs=range(bins),
            )
            for one in made
        )
        return tree_graph(
            trees, features=self.forest.n_features_in_, start=np.zeros(bins), softmax=False
        )


def fit(sample: Sample, setup: Setup, seed: int) -> RandomForest:
    """Learn from soft labels, each tree from its own draw of the examples."""
    rows = min(ROWS_PER_TREE_MAX, len(sample))

    def grown(labels: Floats, effort: float) -> RandomForest:
        forest = RandomForestRegressor(
            max(int(setup["trees"] * effort), 1),
            min_samples_leaf=max(int(setup["least"] * rows), LEAST_ROWS),
            max_features=setup["columns"],
            max_samples=rows,
            random_state=seed,
            n_jobs=-1,
        )
        forest.fit(sample.matrix, np.cumsum(labels, axis=1)[:, :-1])
        # Threads add up the trees in any order, and a sum of fractions depends on it.
        return RandomForest(forest.set_params(n_jobs=1))

    return fit_twice(sample, grown)


def _by_bin(upto: Floats) -> Floats:
    """Return the probability of each bin from those of all bins up to it."""
    edges = np.zeros((len(upto), 1)), np.ones((len(upto), 1))
    return np.maximum(np.diff(np.hstack([edges[0], upto, edges[1]]), axis=1), 0.0)
