"""Presence: who works with a SQLite file, so that its books are not moved away under anybody.

A second, empty SQLite file beside the database: whoever works reads in it and so shares its lock;
one who would be alone takes it whole. SQLite knows the locks of each system, Windows included, and
they go with their process, however that ends.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from net30.kernel.errors import Conflict, Unavailable

ADVISORY = (3031, 1)
"""The same lock on PostgreSQL, where the server keeps it for each connection."""


class Presence:
    """A program's part in a file; taken by `enter`, given up by `leave`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part: sqlite3.Connection | None = None

    def enter(self, *, alone: bool) -> bool:
        """Take part with the others, or alone; tell whether the others let it."""
        self.leave()
        try:
            part = sqlite3.connect(
                self._path, timeout=0, isolation_level=None, check_same_thread=False
            )
        except sqlite3.OperationalError:
            return True  # a folder that may not be written; the database says so better
        try:
            part.execute("BEGIN EXCLUSIVE" if alone else "BEGIN")
            part.execute("SELECT 1 FROM sqlite_master").fetchall()
        except sqlite3.OperationalError as error:
            part.close()
            return error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY
        self._part = part
        return True

    def leave(self) -> None:
        """Give up the part."""
        if self._part:
            self._part.close()
            self._part = None


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
