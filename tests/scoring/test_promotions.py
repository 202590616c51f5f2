"""Promotions: a way back that goes further back each time, and survives a crash."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from net30.kernel.errors import InputError, NotFound, Unavailable
from net30.scoring.promotions import LOG, Promotion, append, before, promotions

DAY = date(2026, 11, 21)


def moved(*versions: str) -> list[Promotion]:
    """Promotions; a version with a minus was gone back to."""
    return [
        Promotion(version=one.lstrip("-"), day=DAY, by="awa", back=one.startswith("-"))
        for one in versions
    ]


def test_going_back_twice_goes_two_versions_back() -> None:
    history = moved("v1", "v2", "v3")
    assert before(history, "v3") == "v2"
    history += moved("-v2")
    assert before(history, "v2") == "v1"
    history += moved("-v1")
    with pytest.raises(NotFound, match="nothing to go back to from v1"):
        before(history, "v1")
    assert before([*history, *moved("v3")], "v3") == "v1"


def test_promoting_what_is_current_adds_no_step_back() -> None:
    assert before(moved("v1", "v2", "v2"), "v2") == "v1"


def test_a_promotion_that_a_crash_undid_does_not_count() -> None:
    assert before(moved("v1", "v2", "v3"), "v2") == "v1"
    with pytest.raises(NotFound, match="nothing to go back to"):
        before(moved("v1", "v2"), "v7")
    with pytest.raises(NotFound, match="nothing to go back to"):
        before([], "v1")


def test_what_is_written_is_read_and_a_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    assert promotions(tmp_path) == ()
    for one in moved("v1", "-v2"):
        append(tmp_path, one)
    with (tmp_path / LOG).open("ab") as file:
        file.write(b'{"version":"v3"')
    assert list(promotions(tmp_path)) == moved("v1", "-v2")


def test_a_damaged_line_is_told_and_a_disk_that_refuses_too(tmp_path: Path) -> None:
    (tmp_path / LOG).write_bytes(b"what?\n")
    with pytest.raises(InputError, match="cannot be read"):
        promotions(tmp_path)
    with pytest.raises(Unavailable):
        append(tmp_path / "nowhere", moved("v1")[0])
