"""Model: an ONNX file and its card, loaded together and served."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from net30.features.point_in_time import Matrix
from net30.kernel.errors import InputError
from net30.scoring.card import Card, read_card
from net30.scoring.distribution import Distribution
from net30.scoring.level import RECORD
from net30.scoring.onnx_nodes import softmax_model
from net30.scoring.runtime import Fail, InvalidGraph, InvalidProtobuf, onnxruntime
from net30.scoring.small_trees import MANY, small_trees

ONNX_FILE, CARD_FILE = "model.onnx", "card.json"
INPUT, OUTPUT = "features", "probabilities"
ROWS = 10_000
"""Rows given to the runtime at a time: more does not make it faster."""


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model that answers with calibrated distributions."""

    card: Card
    session: onnxruntime.InferenceSession = field(repr=False)
    content: bytes = field(default=b"", repr=False)

    def raw(self, matrix: Matrix) -> Distribution:
        """Return what the ONNX graph itself says, before calibration."""
        trees = small_trees(self.content) if len(matrix) >= MANY else None
        if trees is None:
            parts = [self._graph(matrix[start : start + ROWS])
                     for start in range(0, len(matrix), ROWS)]  # fmt: skip
            found = np.concatenate(parts) if parts else np.zeros((0, len(self.card.bins)))
        else:
            shares = _softmax(trees.between, len(trees.start))
            found = shares.run([OUTPUT], {trees.between: trees.margins(matrix)})[0]
        return Distribution(self.card.bins, found.astype(np.float64))

    def _graph(self, matrix: Matrix) -> Matrix:
        made: Matrix = self.session.run([OUTPUT], {INPUT: matrix})[0]
        return made

    def distribution(self, matrix: Matrix) -> Distribution:
        """Return the calibrated distribution of each row of features, at the company's level."""
        return self.calibrated(self.raw(matrix), self.record(matrix))

    def calibrated(self, raw: Distribution, record: Matrix) -> Distribution:
        """Return the same of what the graph says and the record of each row's customer."""
        made = self.card.calibration.corrected(raw)
        return made if self.card.level is None else self.card.level.moved(made, record)

    def record(self, matrix: Matrix) -> Matrix:
        """Return how many settled invoices each row's customer has; 0 where no feature tells."""
        names = self.card.features
        if RECORD in names:
            return matrix[:, names.index(RECORD)]
        return np.zeros(len(matrix), np.float32)


def load_model(folder: Path) -> Model:
    """Load the model of a folder.

    Raises InputError when a file is absent, cut, changed, or made for other features than its
    card tells. One thread a session, no spinning: callers divide the work among threads.
    """
    card = read_card(folder / CARD_FILE)
    path = folder / ONNX_FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(
            f"{path} is not there", hint="train the model anew", code="model_file"
        ) from error
    if sha256(content).hexdigest() != card.model_sha256:
        raise InputError(
            f"{path} is not the file its card was written for (SHA-256 differs)",
            hint="copy the model again, or train it anew",
            code="model_file",
        )
    return Model(card, _session(content, card, path), content)


def _session(content: bytes, card: Card, path: Path) -> onnxruntime.InferenceSession:
    try:
        session = _opened(content)
    except (Fail, InvalidGraph, InvalidProtobuf) as error:
        raise InputError(
            f"{path} is not an ONNX model", hint="train the model anew", code="model_file"
        ) from error
    shapes = {one.name: one.shape for one in (*session.get_inputs(), *session.get_outputs())}
    wanted = {INPUT: len(card.features), OUTPUT: len(card.bins)}
    for name, width in wanted.items():
        if shapes.get(name, [0, 0])[-1] != width:
            raise InputError(
                f"{path}: {name} has not the {width} columns its card tells",
                hint="keep a model and its card together",
                code="model_file",
            )
    return session


@cache
def _softmax(takes: str, width: int) -> onnxruntime.InferenceSession:
    return _opened(softmax_model(takes, OUTPUT, width))


def _opened(content: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
