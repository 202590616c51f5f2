"""Set aside: what stands where a backup is to be restored moves away, and back when that fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def set_aside(paths: Sequence[Path], folder: Path) -> Iterator[None]:
    """Move files and folders into a folder; when the block raises, each goes back to its place.

    What the block has made there by then goes.
    """
    moved: list[tuple[Path, Path]] = []
    try:
        for path in paths:
            if path.exists():
                folder.mkdir(parents=True, exist_ok=True)
                moved.append((path, folder / path.name))
                path.rename(folder / path.name)
        yield
    except BaseException:
        for path, away in moved:
            if away.exists():
                _remove(path)
                away.rename(path)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        raise


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
