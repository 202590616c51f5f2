"""A model is loaded with its card, whole and unchanged, or not at all."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.kernel.errors import InputError
from net30.scoring.card import read_card
from net30.scoring.model import CARD_FILE, ONNX_FILE, load_model
from tests.scoring.small_model import onnx_bytes, write_model


def test_a_whole_model_answers_with_distributions(tmp_path: Path) -> None:
    model = load_model(write_model(tmp_path))
    matrix = np.array([[30, -2], [30, 4], [30, np.nan]], np.float32)
    told = model.distribution(matrix)
    assert np.allclose(told.probabilities.sum(axis=1), 1)
    late = told.later_than(0)
    assert late[0] < late[1]
    assert late[1] == late[2]
    assert model.distribution(np.zeros((0, 2), np.float32)).probabilities.shape == (0, 4)


def test_more_rows_than_the_runtime_takes_at_once_are_all_answered(tmp_path: Path) -> None:
    model = load_model(write_model(tmp_path))
    matrix = np.tile(np.array([[30, -2], [30, 4]], np.float32), (10_001, 1))
    told = model.raw(matrix).probabilities
    assert told.shape == (20_002, 4)
    assert (told == np.tile(told[:2], (10_001, 1))).all()


@pytest.mark.parametrize("kept", [0, 1, 60, -1, -200])
def test_a_model_file_cut_short_is_refused(tmp_path: Path, kept: int) -> None:
    path = write_model(tmp_path) / ONNX_FILE
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match="SHA-256 differs"):
        load_model(tmp_path)


def test_a_model_file_with_one_changed_byte_is_refused(tmp_path: Path) -> None:
    path = write_model(tmp_path) / ONNX_FILE
    whole = path.read_bytes()
    for at in range(0, len(whole), 37):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(InputError, match="SHA-256 differs"):
            load_model(tmp_path)


def test_a_card_for_other_features_is_refused(tmp_path: Path) -> None:
    write_model(tmp_path, features=("terms_days", "delay_mean", "amount"))
    with pytest.raises(InputError, match="has not the 3 columns"):
        load_model(tmp_path)


def test_a_card_for_other_bins_is_refused(tmp_path: Path) -> None:
    write_model(tmp_path, last_days=(-1, 0, 7, 30))
    with pytest.raises(InputError, match="has not the 5 columns"):
        load_model(tmp_path)


def test_bytes_that_are_no_model_are_refused_even_with_the_right_hash(tmp_path: Path) -> None:
    content = b"not a model"
    write_model(tmp_path, model_sha256=sha256(content).hexdigest())
    (tmp_path / ONNX_FILE).write_bytes(content)
    with pytest.raises(InputError, match="not an ONNX model"):
        load_model(tmp_path)


def test_an_absent_model_or_card_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not there"):
        load_model(tmp_path)
    (write_model(tmp_path) / ONNX_FILE).unlink()
    with pytest.raises(InputError, match="is not there"):
        load_model(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"last_days": [0, 0, 30]},
        {"features": 3},
        {"unheard_of": True},
        {"as_of": "yesterday"},
    ],
)
def test_a_card_that_says_what_no_card_says_is_refused(
    tmp_path: Path, change: dict[str, object]
) -> None:
    path = write_model(tmp_path) / CARD_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InputError):
        load_model(tmp_path)


@pytest.mark.parametrize("kept", [0, 1, 100, -3])
def test_a_card_cut_short_is_refused(tmp_path: Path, kept: int) -> None:
    path = write_model(tmp_path) / CARD_FILE
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match="not a model card"):
        read_card(path)


def test_the_same_tree_is_the_same_file() -> None:
    assert onnx_bytes() == onnx_bytes()
