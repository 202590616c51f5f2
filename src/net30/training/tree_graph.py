"""Tree graph: trees of any library as one ONNX graph, written node by node.

Converters were tried and left: one fails on histogram boosting, others export two kinds of model
without an error and wrong. What is written here is checked against the native model before it is
published (training/gates.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from net30.scoring.model import INPUT, OUTPUT

OPSET, ML_OPSET, IR_VERSION = 17, 3, 9
MARGINS = "margins"


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree as columns, a row a node; node 0 is the root.

    A row goes left when its feature is at most the threshold, or is missing and `missing_left`.
    `feature` is -1 at a leaf, whose `value` holds one number for each of the `outputs`.
    """

    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    missing_left: NDArray[np.bool_]
    value: NDArray[np.float64]
    outputs: Sequence[int]


def tree_graph(
    trees: Iterable[Tree], *, features: int, start: NDArray[np.float64], softmax: bool
) -> bytes:
    """Return a graph whose outputs are the sums of the trees' leaves, and `start`.

    With `softmax` the sums are margins; without, they are probabilities already.
    """
    nodes = _Nodes()
    for tree in trees:
        nodes.add(tree)
    made = MARGINS if softmax else OUTPUT
    ensemble = helper.make_node(
        "TreeEnsembleRegressor",
        [INPUT],
        [made],
        domain="ai.onnx.ml",
        n_targets=len(start),
        aggregate_function="SUM",
        post_transform="NONE",
        base_values=[float(one) for one in start],
        **nodes.attributes(),
    )
    graph = [ensemble]
    if softmax:
        graph.append(helper.make_node("Softmax", [MARGINS], [OUTPUT], axis=1))
    return model_bytes(graph, features, len(start))


def model_bytes(
    nodes: Sequence[onnx.NodeProto],
    features: int,
    bins: int,
    constants: Sequence[onnx.TensorProto] = (),
) -> bytes:
    """Return nodes from `features` to `probabilities` as a checked ONNX model."""
    given = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", features])
    told = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", bins])
    graph = helper.make_graph(list(nodes), "net30", [given], [told], list(constants))
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def threshold32(threshold: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the largest 32-bit number not above each threshold.

    The features are 32-bit, so x <= threshold and x <= threshold32 are the same question.
    """
    most = float(np.finfo(np.float32).max)
    nearest = np.clip(threshold, -most, most).astype(np.float32)
    above = nearest.astype(np.float64) > threshold
    return np.where(above, np.nextafter(nearest, np.float32(-np.inf)), nearest)


class _Nodes:
    """The attributes of a TreeEnsembleRegressor, filled tree by tree."""

    def __init__(self) -> None:
        self._columns: dict[str, list[NDArray[np.float64]]] = {}
        self._modes: list[str] = []
        self._trees = 0

    def add(self, tree: Tree) -> None:
        size = len(tree.feature)
        leaf = tree.feature < 0
        number = np.full(size, self._trees)
        self._trees += 1
        ids = np.arange(size)
        for name, column in (
            ("nodes_treeids", number),
            ("nodes_nodeids", ids),
            ("nodes_featureids", np.where(leaf, 0, tree.feature)),
            ("nodes_values", np.where(leaf, 0.0, threshold32(tree.threshold))),
            ("nodes_truenodeids", np.where(leaf, 0, tree.left)),
            ("nodes_falsenodeids", np.where(leaf, 0, tree.right)),
            ("nodes_missing_value_tracks_true", np.where(leaf, 0, tree.missing_left)),
        ):
            self._columns.setdefault(name, []).append(np.asarray(column, np.float64))
        self._modes += np.where(leaf, "LEAF", "BRANCH_LEQ").tolist()
        leaves, outputs = ids[leaf], np.asarray(tree.outputs)
        for name, column in (
            ("target_treeids", np.full(leaves.size * outputs.size, self._trees - 1)),
            ("target_nodeids", np.repeat(leaves, outputs.size)),
            ("target_ids", np.tile(outputs, leaves.size)),
            ("target_weights", tree.value[leaf].ravel()),
        ):
            self._columns.setdefault(name, []).append(np.asarray(column, np.float64))

    def attributes(self) -> dict[str, Any]:  # Any: ONNX takes lists of three types
        found: dict[str, Any] = {"nodes_modes": self._modes}
        for name, parts in self._columns.items():
            column = np.concatenate(parts)
            fractions = name in {"nodes_values", "target_weights"}
            found[name] = column.tolist() if fractions else column.astype(np.int64).tolist()
        return found
