"""Files: old bytes or new ones, and a plain word when the disk refuses."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from net30.kernel.errors import Unavailable
from net30.kernel.files import UNFINISHED, unavailable, write_whole


def test_a_file_is_written_with_the_folders_it_needs_and_replaced_in_one_step(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a" / "b" / "invoice.pdf"
    write_whole(path, b"first")
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert [found.name for found in path.parent.iterdir()] == ["invoice.pdf"]


def test_a_refusal_leaves_no_half_written_file(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(Unavailable) as refusal:
        write_whole(tmp_path / "taken", b"x")
    assert refusal.value.code == "disk"
    assert not list(tmp_path.glob(f".*{UNFINISHED}"))


def test_a_file_where_a_folder_should_be_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable) as refusal:
        write_whole(tmp_path / "file" / "invoice.pdf", b"x")
    assert "choose another folder" in refusal.value.hint


def test_an_error_that_nobody_foresaw_still_has_a_hint() -> None:
    strange = unavailable(OSError(errno.EIO, "Input/output error"), Path("x"))
    assert strange.hint == "look at the disk and try again"
    assert "OSError" in unavailable(OSError(), Path("x")).message
