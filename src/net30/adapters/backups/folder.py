"""Backups in a folder: one file each, which takes its name only when it is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from net30.kernel.errors import ConfigurationError, NotFound
from net30.kernel.files import UNFINISHED, unavailable, whole_file, write_whole
from net30.ports.backups import BackupPlace, Kept

NAME = re.compile(r"net30-\d{8}T\d{6}Z\.tar\.gz")
ONLY_OWNER = 0o600
"""A backup holds all books."""
LEFT = timedelta(days=1)
"""An unfinished file that nobody has written to for so long was left by a crash."""


def build(url: str) -> BackupPlace:
    """Return the folder that a URL such as folder:/srv/backups names."""
    path = url.partition(":")[2].removeprefix("//")
    if not path:
        raise ConfigurationError(
            f"{url!r} names no folder", hint="write it as folder:/srv/backups", code="backup_url"
        )
    return FolderBackups(Path(path).absolute())


@dataclass(frozen=True, slots=True)
class FolderBackups:
    """Backups in one folder, which is made with the first of them."""

    root: Path

    @property
    def place(self) -> str:
        """Return the folder's path."""
        return str(self.root)

    @contextmanager
    def keeping(self, name: str) -> Iterator[BinaryIO]:
        """Lend a file to write; when the block raises, nothing is kept."""
        with whole_file(self.root / name) as file:
            Path(file.name).chmod(ONLY_OWNER)
            yield file

    @contextmanager
    def lending(self, name: str) -> Iterator[BinaryIO]:
        """Lend a backup to read; raise NotFound."""
        path = self.root / name
        try:
            file = path.open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotFound(
                f"there is no backup {name!r} in {self.root}",
                hint="net30 backup list says which there are",
                code="backup_not_found",
            ) from None
        except OSError as error:
            raise unavailable(error, path) from error
        with file:
            yield file

    def kept(self) -> tuple[Kept, ...]:
        """Return the backups that are here, by name."""
        return tuple(
            Kept(name=path.name, size=path.stat().st_size)
            for path in self._files()
            if NAME.fullmatch(path.name)
        )

    def remove(self, name: str) -> None:
        """Remove a backup; nothing happens when it is not here."""
        try:
            (self.root / name).unlink(missing_ok=True)
        except OSError as error:
            raise unavailable(error, self.root / name) from error

    def tidy(self, before: datetime) -> None:
        """Remove unfinished files that nobody had written to since a day before that moment."""
        latest = (before - LEFT).timestamp()
        for path in self._files():
            is_part = path.name.startswith(".") and path.name.endswith(UNFINISHED)
            if is_part and path.stat().st_mtime < latest:
                self.remove(path.name)

    def note(self, name: str, content: bytes) -> None:
        """Write a small file beside the backups."""
        write_whole(self.root / name, content)

    def noted(self, name: str) -> bytes:
        """Return a small file from beside the backups; nothing when there is none."""
        path = self.root / name
        try:
            return path.read_bytes() if path.is_file() else b""
        except OSError as error:
            raise unavailable(error, path) from error

    def _files(self) -> list[Path]:
        try:
            return sorted(path for path in self.root.iterdir() if path.is_file())
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise unavailable(error, self.root) from error
