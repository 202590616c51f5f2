"""Small trees: asked column by column they say what onnxruntime says, to the bit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from onnx import helper, load_from_string

from net30.features.point_in_time import Matrix
from net30.scoring import small_trees as room
from net30.scoring.card import encoded
from net30.scoring.model import CARD_FILE, INPUT, ONNX_FILE, OUTPUT, load_model
from net30.scoring.onnx_nodes import softmax_model
from net30.scoring.small_trees import MANY, SmallTrees, small_trees
from net30.training.tree_graph import Tree, tree_graph
from tests.scoring.small_model import card

FEATURES, BINS = 5, 4


def tree(rng: np.random.Generator, leaves: int, output: int) -> Tree:
    """A tree grown at random: a leaf is split until there are enough."""
    feature, left, right = [-1], [0], [0]
    for _ in range(leaves - 1):
        at = int(rng.choice(np.flatnonzero(np.array(feature) < 0)))
        feature[at], left[at], right[at] = (
            int(rng.integers(FEATURES)),
            len(feature),
            len(feature) + 1,
        )
        feature += [-1, -1]
        left += [0, 0]
        right += [0, 0]
    size = len(feature)
    return Tree(
        feature=np.array(feature),
        threshold=np.round(rng.normal(size=size), 1),
        left=np.array(left),
        right=np.array(right),
        missing_left=rng.random(size) < 0.5,
        value=rng.normal(size=(size, 1)),
        outputs=[output],
    )


def graph(leaves: int = 8, *, seed: int = 0, softmax: bool = True) -> bytes:
    rng = np.random.default_rng(seed)
    trees = [tree(rng, int(rng.integers(1, leaves + 1)), at % BINS) for at in range(24)]
    trees.append(tree(rng, leaves, 0))
    return tree_graph(trees, features=FEATURES, start=rng.normal(size=BINS), softmax=softmax)


def rows(count: int, seed: int = 1) -> Matrix:
    """Rows that often stand on a threshold, some cells of which are missing or endless."""
    rng = np.random.default_rng(seed)
    made = np.round(rng.normal(size=(count, FEATURES)), 1).astype(np.float32)
    made[rng.random(made.shape) < 0.1] = np.nan
    made[rng.random(made.shape) < 0.01] = np.inf
    return made


def theirs(model: bytes, matrix: Matrix) -> Matrix:
    return run(model, INPUT, matrix)


def run(model: bytes, takes: str, matrix: Matrix) -> Matrix:
    """What one thread makes of it, as net30 asks; several may add up in another order."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    found: Matrix = onnxruntime.InferenceSession(model, options).run([OUTPUT], {takes: matrix})[0]
    return found


def ours(trees: SmallTrees, matrix: Matrix) -> Matrix:
    return run(softmax_model(trees.between, OUTPUT, BINS), trees.between, trees.margins(matrix))


@pytest.mark.parametrize("seed", range(8))
def test_trees_asked_column_by_column_say_what_the_graph_says_to_the_bit(seed: int) -> None:
    model, matrix = graph(seed=seed), rows(3_000, seed)
    trees = small_trees(model)
    assert trees is not None
    assert ours(trees, matrix).tobytes() == theirs(model, matrix).tobytes()
    assert ours(trees, matrix[:1]).tobytes() == theirs(model, matrix[:1]).tobytes()


def mutants() -> Iterator[tuple[str, SmallTrees]]:
    trees = small_trees(graph())
    assert trees is not None
    other = {(f, most, not missing): ruled for (f, most, missing), ruled in trees.questions.items()}
    yield "missing ones", SmallTrees(other, trees.leaves, trees.start, trees.between)
    below = {(f, np.nextafter(np.float32(most), np.float32(-9)), missing): ruled
             for (f, most, missing), ruled in trees.questions.items()}  # fmt: skip
    yield "the threshold itself", SmallTrees(below, trees.leaves, trees.start, trees.between)
    turned = tuple((at, value[::-1].copy()) for at, value in trees.leaves)
    yield "the leaf", SmallTrees(trees.questions, turned, trees.start, trees.between)
    yield "the start", SmallTrees(trees.questions, trees.leaves, trees.start * 0, trees.between)


@pytest.mark.parametrize(("guard", "broken"), list(mutants()))
def test_trees_read_wrongly_are_noticed(guard: str, broken: SmallTrees) -> None:
    matrix = rows(500)
    assert ours(broken, matrix).tobytes() != theirs(graph(), matrix).tobytes(), guard


def changed(**attributes: object) -> bytes:
    model = load_from_string(graph())
    node = model.graph.node[0]
    for name, value in attributes.items():
        place = [one.name for one in node.attribute].index(name)
        node.attribute[place].CopyFrom(helper.make_attribute(name, value))
    return bytes(model.SerializeToString())


def test_any_other_graph_is_left_to_onnxruntime(monkeypatch: pytest.MonkeyPatch) -> None:
    assert small_trees(graph(leaves=9)) is None
    assert small_trees(graph(softmax=False)) is None
    assert small_trees(softmax_model(INPUT, OUTPUT, BINS)) is None
    assert small_trees(changed(aggregate_function="AVERAGE")) is None
    assert small_trees(changed(post_transform="LOGISTIC")) is None
    monkeypatch.setattr(room, "BYTES_MAX", 100)
    assert small_trees(graph(seed=9)) is None


def test_a_model_of_small_trees_answers_many_rows_as_it_answers_a_few(tmp_path: Path) -> None:
    content, matrix = graph(seed=3), rows(MANY + 7)
    names = tuple("abcde")
    (tmp_path / ONNX_FILE).write_bytes(content)
    (tmp_path / CARD_FILE).write_bytes(encoded(card(content, features=names)))
    model = load_model(tmp_path)
    parts = [model.raw(matrix[at : at + 100]).probabilities for at in range(0, len(matrix), 100)]
    assert model.raw(matrix).probabilities.tobytes() == np.concatenate(parts).tobytes()
