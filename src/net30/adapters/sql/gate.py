"""Gate: where processes that want to write one SQLite file stand in line.

SQLite's own lock is tried again after pauses that grow, so a process that writes all the time
keeps the others out. Who waits for that lock holds the gate, and whoever has just written has to
come through it again. A system without such locks (Windows) has SQLite's own only.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

LOOK_SECONDS = 0.001
"""How often it is looked whether the way is free."""


class Gate:
    """A lock on a file beside the database; made with the first change."""

    def __init__(self, path: Path, wait_seconds: float) -> None:
        self._path = path
        self._wait_seconds = wait_seconds
        self._file = -1

    def begin(self, cursor: sqlite3.Cursor) -> None:
        """Begin a transaction that may write; raise OperationalError when others take too long."""
        until = time.monotonic() + self._wait_seconds
        with self._held(until):
            cursor.execute("PRAGMA busy_timeout = 0")
            try:
                _begin(cursor, until)
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {self._wait_seconds * 1000:.0f}")

    def close(self) -> None:
        """Give the file back; it stays for the other processes."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    @contextmanager
    def _held(self, until: float) -> Iterator[None]:
        if sys.platform == "win32" or not self._is_open():  # then SQLite's own lock has to do
            yield
            return
        while not self._taken() and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _is_open(self) -> bool:
        if self._file < 0:
            with suppress(OSError):  # a folder that may not be written; SQLite says so better
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file >= 0


def _begin(cursor: sqlite3.Cursor, until: float) -> None:
    while True:
        try:
            cursor.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(LOOK_SECONDS)
        else:
            return
