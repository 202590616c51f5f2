"""Presence: who works with a SQLite file, so that its books are not moved away under anybody.

A lock of the system on a file beside the database: shared by all who work, or held by one alone. It
goes with its process, however that ends. A system without such locks (Windows) tells of nobody.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from net30.kernel.errors import Conflict, Unavailable

if sys.platform != "win32":
    import fcntl

ADVISORY = (3031, 1)
"""The same lock on PostgreSQL, where the server keeps it for each connection."""


class Presence:
    """A program's part in a file; taken by `enter`, given up by `leave`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def enter(self, *, alone: bool) -> bool:
        """Take part with the others, or alone; tell whether the others let it."""
        if sys.platform == "win32":
            return True
        self.leave()
        with suppress(OSError):  # a folder that may not be written; the database says so better
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if self._file < 0:
            return True
        try:
            fcntl.flock(self._file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            self.leave()
            return False
        return True

    def leave(self) -> None:
        """Give up the part."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def in_use(place: str) -> Conflict:
    """Return the refusal of who would be alone in a database and is not."""
    return Conflict(
        f"net30 is at work in {place}",
        hint="stop net30 serve, net30 work and whatever else of net30 has it open",
        code="books_in_use",
    )


def moving(place: str) -> Unavailable:
    """Return the refusal of who comes while somebody is alone in a database."""
    return Unavailable(
        f"the books in {place} are moving to another database",
        hint="start again when net30 copy has ended",
        code="books_moving",
    )
