"""Files: written whole or not at all, and on the disk when the call returns."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from net30.kernel.errors import Unavailable

UNFINISHED = ".part"
"""How the names of files end that a crash left half-written; they begin with a point too."""

_HINTS = {
    errno.ENOSPC: "the disk is full: free some space and try again",
    errno.EDQUOT: "the disk quota is used up: free some space and try again",
    errno.EFBIG: "the file is larger than the system allows: raise the limit and try again",
    errno.EROFS: "the disk is read-only: choose a folder that can be written",
    errno.EACCES: "this user may not write there: change the permissions or choose another folder",
    errno.EPERM: "this user may not write there: change the permissions or choose another folder",
    errno.EEXIST: "a part of the path is a file: choose another folder",
    errno.ENOTDIR: "a part of the path is a file: choose another folder",
    errno.EISDIR: "there is a folder of that name: choose another name",
}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step: after a crash it has the old bytes or the new ones, never half.

    Missing folders are made. Raises Unavailable, with what to do about it, when the disk refuses.
    """
    with whole_file(path) as file:
        file.write(content)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Lend a file to write piece by piece; it takes its name only when all is written.

    When the block raises, what was there before stays. Otherwise like write_whole.
    """
    unfinished = path.with_name(f".{secrets.token_hex(8)}{UNFINISHED}")
    try:
        _make_folders(path.parent)
        try:
            with unfinished.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)
    except OSError as error:
        raise unavailable(error, path) from error


def unavailable(error: OSError, path: Path) -> Unavailable:
    """Return the error a person can act on for what the system said about a path."""
    return Unavailable(
        f"{path} cannot be used: {error.strerror or type(error).__name__}",
        hint=_HINTS.get(error.errno or 0, "look at the disk and try again"),
        code="disk",
    )


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    """Have the folder's entries on the disk too; Windows has no such call and needs none."""
    if os.name == "nt":  # pragma: no cover - tested on systems that have the call
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
