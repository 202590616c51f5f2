"""The shelf: damaged versions are told and passed over, the whole ones stay."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.scoring.model import CARD_FILE, ONNX_FILE
from net30.scoring.registry import CURRENT, publish
from net30.scoring.shelf import read_shelf
from tests.scoring.small_model import card, onnx_bytes


def shelf_of(models: Path, count: int) -> Path:
    content = onnx_bytes()
    for _ in range(count):
        publish(models, card(content), content)
    return models / "small"


def test_versions_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    shelf = read_shelf(shelf_of(tmp_path, 11))
    assert [one.version for one in shelf.cards][-3:] == ["v9", "v10", "v11"]
    assert (shelf.current, shelf.findings) == ("v11", ())


def test_an_empty_place_has_nothing_in_it(tmp_path: Path) -> None:
    assert read_shelf(tmp_path / "nowhere").cards == ()


def test_every_damaged_folder_is_told_and_the_others_stay(tmp_path: Path) -> None:
    folder = shelf_of(tmp_path, 7)
    (folder / "v1" / CARD_FILE).unlink()
    content = (folder / "v2" / ONNX_FILE).read_bytes()
    (folder / "v2" / ONNX_FILE).write_bytes(content[: len(content) // 2])
    (folder / "v3" / CARD_FILE).write_text("{", encoding="utf-8")
    (folder / "v4" / CARD_FILE).write_bytes((folder / "v5" / CARD_FILE).read_bytes())
    (folder / "v6" / ONNX_FILE).unlink()
    (folder / "notes").mkdir()
    shelf = read_shelf(folder)
    assert [one.version for one in shelf.cards] == ["v5", "v7"]
    assert {one.path: one.code for one in shelf.findings} == {
        "notes": "no_version",
        "v1": "card",
        "v2": "model_file",
        "v3": "card",
        "v4": "card",
        "v6": "model_file",
    }


def test_a_pointer_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    folder = shelf_of(tmp_path, 1)
    (folder / CURRENT).unlink()
    assert [one.path for one in read_shelf(folder).findings] == [CURRENT]
    (folder / CURRENT).write_bytes(b"\xff../etc")
    shelf = read_shelf(folder)
    assert (shelf.current, shelf.findings[0].code) == ("", "no_version")
