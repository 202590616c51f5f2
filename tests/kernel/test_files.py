"""Files: old bytes or new ones, and a plain word when the disk refuses."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from net30.kernel.errors import Unavailable
from net30.kernel.files import UNFINISHED, unavailable, whole_file, write_whole


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


def test_what_is_written_piece_by_piece_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "ledger.csv"
    with whole_file(path) as file:
        file.write(b"first,")
        assert not path.exists()
        file.write(b"second")
    assert path.read_bytes() == b"first,second"


def test_what_was_there_stays_when_the_writing_stops_half_way(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    write_whole(path, b"old")

    def stopped() -> None:
        with whole_file(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["ledger.csv"]
