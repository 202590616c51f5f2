"""Blobs in a folder: what a disk can do to them."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from net30.adapters.blobs.folder import FolderBlobs, build
from net30.kernel.errors import ConfigurationError, InputError, NotFound, Unavailable
from net30.kernel.files import UNFINISHED, unavailable, write_whole

NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[None]:
    """Become a user without rights, if this process may; it has none to lose otherwise."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def open_to_all(folder: Path) -> None:
    """Let the user without rights reach a test's folder."""
    for place in (folder, *list(folder.parents)[:2]):
        place.chmod(0o755)


@pytest.mark.parametrize(
    ("url", "root"), [("folder:/srv/blobs", "/srv/blobs"), ("folder:///srv/blobs", "/srv/blobs")]
)
def test_a_url_names_an_absolute_folder(url: str, root: str) -> None:
    assert build(url) == FolderBlobs(Path(root))


def test_a_relative_folder_is_taken_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert build("folder:var/blobs") == FolderBlobs(tmp_path / "var/blobs")


@pytest.mark.parametrize("url", ["folder:", "folder://"])
def test_a_url_without_a_folder_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        build(url)


def test_a_file_that_was_never_finished_is_no_blob(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    blobs.put("us", "a/b", b"1")
    (tmp_path / "us" / "a" / f".0123{UNFINISHED}").write_bytes(b"hal")
    (tmp_path / "us" / ".trash").mkdir()
    (tmp_path / "us" / ".trash" / "x").write_bytes(b"")
    assert list(blobs.names("us")) == ["a/b"]


def test_a_symbolic_link_leads_nowhere(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    blobs = FolderBlobs(tmp_path / "blobs")
    blobs.put("us", "a", b"1")
    (tmp_path / "blobs/us/way").symlink_to(outside)
    (tmp_path / "blobs/us/file").symlink_to(outside / "secret")
    (tmp_path / "blobs/them").symlink_to(outside)
    for organisation, name in (("us", "way/secret"), ("us", "file"), ("them", "secret")):
        with pytest.raises(InputError):
            blobs.get(organisation, name)
        with pytest.raises(InputError):
            blobs.put(organisation, name, b"overwritten")
        with pytest.raises(InputError):
            blobs.delete(organisation, name)
    assert list(blobs.names("us")) == ["a"]
    assert (outside / "secret").read_bytes() == b"secret"


def test_the_folder_itself_may_be_reached_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "disk")
    blobs = FolderBlobs(tmp_path / "home")
    blobs.put("us", "a", b"1")
    assert blobs.get("us", "a") == b"1"


def test_a_folder_that_may_not_be_written_is_told_with_a_way_out(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    blobs.put("us", "a", b"before")
    open_to_all(tmp_path / "blobs" / "us")
    (tmp_path / "blobs").chmod(0o755)
    with as_nobody():
        for name in ("a", "b", "new/c"):
            with pytest.raises(Unavailable) as refused:
                blobs.put("us", name, b"after")
            assert "permissions" in refused.value.hint
        with pytest.raises(Unavailable):
            blobs.delete("us", "a")
    assert blobs.get("us", "a") == b"before"
    assert list(blobs.names("us")) == ["a"]
    assert [path.name for path in (tmp_path / "blobs/us").iterdir()] == ["a"]


def test_a_blob_or_folder_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    blobs.put("us", "deep/a", b"1")
    open_to_all(tmp_path / "blobs" / "us")
    (tmp_path / "blobs").chmod(0o755)
    (tmp_path / "blobs/us/deep/a").chmod(0o000)
    with as_nobody(), pytest.raises(Unavailable):
        blobs.get("us", "deep/a")
    (tmp_path / "blobs/us/deep").chmod(0o000)
    with as_nobody(), pytest.raises(Unavailable):
        list(blobs.names("us"))


def test_a_name_below_a_blob_cannot_be_written(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    blobs.put("us", "a", b"1")
    with pytest.raises(Unavailable) as refused:
        blobs.put("us", "a/b", b"2")
    assert "is a file" in refused.value.hint
    with pytest.raises(NotFound):
        blobs.get("us", "a/b")
    assert blobs.get("us", "a") == b"1"


def test_a_folder_of_that_name_is_not_overwritten(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    blobs.put("us", "a/b", b"1")
    with pytest.raises(Unavailable) as refused:
        blobs.put("us", "a", b"2")
    assert "folder of that name" in refused.value.hint
    assert list(blobs.names("us")) == ["a/b"]


FULL_DISK = """
import resource, sys
from pathlib import Path
from net30.adapters.blobs.folder import FolderBlobs
from net30.kernel.errors import Unavailable
blobs = FolderBlobs(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    blobs.put("us", "a", b"x" * 20_000)
except Unavailable as refused:
    print(refused.hint)
"""


def test_a_disk_that_takes_no_more_leaves_the_old_blob_whole(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    blobs.put("us", "a", b"before")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "try again" in done.stdout
    assert blobs.get("us", "a") == b"before"
    assert [path.name for path in (tmp_path / "us").iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("number", "hint"),
    [(errno.ENOSPC, "free some space"), (errno.EROFS, "read-only"), (errno.EIO, "try again")],
)
def test_each_refusal_of_a_disk_has_its_hint(number: int, hint: str) -> None:
    error = unavailable(OSError(number, os.strerror(number)), Path("/srv/a"))
    assert hint in error.hint
    assert "/srv/a" in error.message


def test_an_error_without_words_is_told_too() -> None:
    assert "OSError" in unavailable(OSError(), Path("/srv/a")).message


def test_writing_a_file_makes_the_folders_on_the_way(tmp_path: Path) -> None:
    write_whole(tmp_path / "a/b/c.txt", b"1")
    assert (tmp_path / "a/b/c.txt").read_bytes() == b"1"
