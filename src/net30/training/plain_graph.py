"""Plain graph: formulas as ONNX nodes, written one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from net30.scoring.model import OUTPUT
from net30.training.tree_graph import model_bytes


class PlainGraph:
    """Nodes in the order of the formula; every step returns the name of what it makes.

    Options are the attributes of ONNX, of any type (Any).
    """

    def __init__(self) -> None:
        """Begin with nothing; `features` is given."""
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[np.generic]) -> str:
        """Return the name of fixed numbers; fractions become 32-bit ones."""
        name = f"constant{len(self._constants)}"
        kept = value.astype(np.float32) if value.dtype.kind == "f" else value
        self._constants.append(numpy_helper.from_array(np.asarray(kept), name))
        return name

    def step(self, kind: str, *given: str, **options: Any) -> str:
        """Add a node of one output."""
        return self.steps(kind, given, (f"step{len(self._nodes)}",), **options)[0]

    def steps(
        self, kind: str, given: Sequence[str], made: Sequence[str], **options: Any
    ) -> Sequence[str]:
        """Add a node whose outputs have these names; an empty one is not wanted."""
        self._nodes.append(helper.make_node(kind, list(given), list(made), **options))
        return made

    def columns(self, matrix: str, places: NDArray[np.int64]) -> str:
        """Return some columns."""
        return self.step("Gather", matrix, self.constant(places.astype(np.int64)), axis=1)

    def number(self, truth: str) -> str:
        """Return 1 for true, 0 for false."""
        return self.step("Cast", truth, to=TensorProto.FLOAT)

    def model(self, margins: str, *, features: int, bins: int) -> bytes:
        """Return the model whose probabilities are the softmax of these margins."""
        self.steps("Softmax", [margins], [OUTPUT], axis=1)
        return model_bytes(self._nodes, features, bins, self._constants)
