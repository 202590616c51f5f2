"""The registry: versions that never change, and a pointer to the one that is served."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.kernel.errors import InputError, NotFound
from net30.scoring.model import CARD_FILE, load_model
from net30.scoring.promotions import Promotion
from net30.scoring.registry import CURRENT, model_folder, point_to, publish, versions
from tests.scoring.small_model import card, onnx_bytes, write_model


def published(models: Path, name: str = "small") -> Path:
    content = onnx_bytes()
    return publish(models, card(content, name=name), content)


def by_hand(version: str) -> Promotion:
    return Promotion(version=version, day=date(2026, 11, 21), by="awa")


def test_each_model_published_is_a_version_of_its_own_and_the_current_one(tmp_path: Path) -> None:
    first, second = published(tmp_path), published(tmp_path)
    assert (first.name, second.name) == ("v1", "v2")
    assert model_folder(tmp_path) == model_folder(tmp_path / "small") == second
    assert load_model(second).card.version == "v2"
    assert versions(tmp_path / "small") == ("v1", "v2")


def test_rolling_back_is_one_pointer(tmp_path: Path) -> None:
    first, _ = published(tmp_path), published(tmp_path)
    point_to(tmp_path / "small", by_hand("v1"))
    assert model_folder(tmp_path) == first
    with pytest.raises(NotFound, match="no version 'v9'"):
        point_to(tmp_path / "small", by_hand("v9"))
    assert model_folder(tmp_path) == first


def test_versions_are_counted_by_number_and_half_written_ones_do_not_exist(tmp_path: Path) -> None:
    for _ in range(11):
        published(tmp_path)
    (tmp_path / "small" / "v12").mkdir()
    write_model(tmp_path / "small" / "draft")
    assert versions(tmp_path / "small")[-2:] == ("v10", "v11")
    assert published(tmp_path).name == "v13"


def test_a_version_s_own_folder_can_be_named(tmp_path: Path) -> None:
    first, _ = published(tmp_path), published(tmp_path)
    assert model_folder(first) == first


def test_what_is_no_registry_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no model"):
        model_folder(tmp_path / "nowhere")
    published(tmp_path, "one")
    published(tmp_path, "two")
    with pytest.raises(InputError, match="several models"):
        model_folder(tmp_path)


def test_a_pointer_to_nothing_is_told(tmp_path: Path) -> None:
    folder = published(tmp_path)
    (folder / CARD_FILE).unlink()
    with pytest.raises(NotFound, match="points to 'v1'"):
        model_folder(tmp_path)
    (tmp_path / "small" / CURRENT).write_text("../../etc")
    with pytest.raises(NotFound, match="points to"):
        model_folder(tmp_path)


@pytest.mark.parametrize("name", ["", "../up", "A", "a/b", "1st", "x" * 41])
def test_a_name_that_could_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="name of a model"):
        published(tmp_path, name)
    assert not list(tmp_path.iterdir())
