"""Small trees: trees of at most eight leaves, all asked of many rows at once.

Row by row a tree is a walk whose every turn surprises the processor. Here each question (is this
feature at most that?) is asked of a whole column; a tree's answer is a byte whose bits are the
leaves that no question has ruled out, the lowest of them is the row's. Source: Lucchese et al.
2015, QuickScorer. Sums are made in the graph's own order, of the same 32-bit numbers, and the
shares by onnxruntime itself: what comes out is the same to the bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from net30.features.point_in_time import Matrix
from net30.scoring.onnx_nodes import Node, nodes_of

LEAVES_MAX = 8
MANY = 2_000
"""From so many rows on it is quicker than the graph."""
BYTES_MAX = 2**18
"""A larger file has other trees; it is not looked at."""
KEPT = 4

_EVERY = 0xFF
_READING = Lock()

Question = tuple[int, float, bool]
"""A feature, the most it may be, and whether a missing one goes the same way."""
Ruled = list[tuple[int, int]]
"""Trees by their place, each with the bits of the leaves that stay possible after a no."""


@dataclass(frozen=True, slots=True)
class SmallTrees:
    """Questions with what a no rules out, and each tree's bin and its leaves' values by byte."""

    questions: Mapping[Question, Ruled]
    leaves: tuple[tuple[int, NDArray[np.float32]], ...]
    start: NDArray[np.float32]
    between: str

    def margins(self, matrix: Matrix) -> Matrix:
        """Return the sums of the leaves that each row ends in, a column a bin."""
        columns = np.ascontiguousarray(matrix.T)
        left = np.full((len(self.leaves), len(matrix)), _EVERY, np.uint8)
        kept = np.empty(len(matrix), np.uint8)
        for (feature, most, missing), ruled in self.questions.items():
            column, limit = columns[feature], np.float32(most)
            yes = ~(column > limit) if missing else column <= limit
            all_or_none = np.negative(yes.view(np.int8)).view(np.uint8)
            for tree, stays in ruled:
                np.bitwise_or(all_or_none, stays, out=kept)
                left[tree] &= kept
        sums = np.zeros((len(self.start), len(matrix)), np.float32)
        for tree, (bin_, value) in enumerate(self.leaves):
            sums[bin_] += value.take(left[tree], mode="clip")
        sums += self.start[:, None]
        return np.ascontiguousarray(sums.T)


def small_trees(model: bytes) -> SmallTrees | None:
    """Return the trees of a graph of small trees and a softmax, None for any other graph."""
    if len(model) > BYTES_MAX:
        return None
    with _READING:  # two threads that begin with one model read it once
        return _small_trees(model)


@lru_cache(maxsize=KEPT)
def _small_trees(model: bytes) -> SmallTrees | None:
    nodes = nodes_of(model)
    if [node.operation for node in nodes] != ["TreeEnsembleRegressor", "Softmax"]:
        return None
    trees, softmax = nodes
    plain = (
        trees.attributes.get("aggregate_function") == [b"SUM"]
        and trees.attributes.get("post_transform") == [b"NONE"]
        and set(trees.attributes["nodes_modes"]) <= {b"BRANCH_LEQ", b"LEAF"}
        and "base_values" in trees.attributes
        and softmax.attributes.get("axis") == [1]
        and softmax.takes == trees.gives
    )
    return _read(trees) if plain else None


def _read(node: Node) -> SmallTrees | None:
    told = {name: np.array(values) for name, values in node.attributes.items()}
    questions: dict[Question, Ruled] = {}
    leaves: list[tuple[int, NDArray[np.float32]]] = []
    for place in range(int(told["nodes_treeids"].max()) + 1):
        rows = {name: values[told["nodes_treeids"] == place] for name, values in told.items()
                if name.startswith("nodes_")}  # fmt: skip
        ends = {name: values[told["target_treeids"] == place] for name, values in told.items()
                if name.startswith("target_")}  # fmt: skip
        bins = set(ends["target_ids"].tolist())
        order = _order(rows, place, questions)
        if len(bins) != 1 or len(order) > LEAVES_MAX:
            return None
        weight = dict(zip(ends["target_nodeids"].tolist(), ends["target_weights"], strict=True))
        value = np.zeros(_EVERY + 1, np.float32)
        for byte in range(1, _EVERY + 1):
            lowest = (byte & -byte).bit_length() - 1
            value[byte] = weight.get(order[lowest], 0) if lowest < len(order) else 0
        leaves.append((bins.pop(), value))
    start = told["base_values"].astype(np.float32)
    return SmallTrees(questions, tuple(leaves), start, node.gives[0])


def _order(
    rows: Mapping[str, NDArray[np.int64]], tree: int, questions: dict[Question, Ruled]
) -> list[int]:
    """Return a tree's leaves from the first to the last, and add what it asks."""
    order: list[int] = []

    def under(node: int) -> int:
        if rows["nodes_modes"][node] == b"LEAF":
            order.append(node)
            return 1 << (len(order) - 1)
        yes = under(int(rows["nodes_truenodeids"][node]))
        question = (
            int(rows["nodes_featureids"][node]),
            float(rows["nodes_values"][node]),
            bool(rows["nodes_missing_value_tracks_true"][node]),
        )
        no = under(int(rows["nodes_falsenodeids"][node]))
        questions.setdefault(question, []).append((tree, _EVERY & ~yes))
        return yes | no

    under(0)
    return order
