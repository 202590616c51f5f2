"""Note a read: whoever takes personal data out, in a file or page by page, stands in the audit."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock, Timer

from net30.kernel.errors import Net30Error
from net30.ports.accounts import Accounts
from net30.services.context import ReadContext
from net30.services.identity.noted import noted

BULK_ROWS_MIN = 100
"""Each time that somebody has read so many records of a kind, it is noted."""
READERS_MAX = 10_000
PAUSE_SECONDS = 1.0

log = logging.getLogger("net30.audit")


def note_exports(accounts: Accounts, ctx: ReadContext) -> None:
    """Note what was made of a question for others; the application does, once it has ended."""
    entries = [noted(one.action, one.what, ctx.user, ctx.now, one.detail) for one in ctx.taken_out]
    with accounts.writing() as tx:
        tx.note(ctx.organisation, entries)


@dataclass(slots=True)
class BulkReads:
    """Counts the records that each user reads; small pages add up, across requests too.

    The first note of a reader stands before its answer is given. Who reads on has a note every
    `pause_seconds`, by a thread of its own: a page then waits for no disk. The counts are this
    process' own: a restart begins anew.
    """

    pause_seconds: float = PAUSE_SECONDS
    _rows: Counter[_Place] = field(default_factory=Counter)
    _pauses: dict[_Place, Timer] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def count(
        self, accounts: Accounts, reader: Reader, what: str, rows: int, now: datetime
    ) -> None:
        """Count what was read, and note it once there are BULK_ROWS_MIN since the last note.

        Call it outside of any change of the books.
        """
        place = _Place(reader, what)
        with self._lock:
            if len(self._rows) >= READERS_MAX and place not in self._rows:
                self._rows.clear()
            self._rows[place] += rows
            if place in self._pauses or self._rows[place] < BULK_ROWS_MIN:
                return
            self._pause(accounts, place, now)
            read = self._rows.pop(place)
        _note(accounts, place, read, now)

    def end(self, accounts: Accounts, now: datetime) -> None:
        """Note what is counted still; nothing follows by itself after it."""
        with self._lock:
            for pause in self._pauses.values():
                pause.cancel()
            self._pauses.clear()
            left = {place: read for place, read in self._rows.items() if read >= BULK_ROWS_MIN}
            self._rows.clear()
        for place, read in left.items():
            _note(accounts, place, read, now)

    def _pause(self, accounts: Accounts, place: _Place, now: datetime) -> None:
        pause = Timer(self.pause_seconds, self._paused, (accounts, place, now))
        pause.daemon = True
        self._pauses[place] = pause
        pause.start()

    def _paused(self, accounts: Accounts, place: _Place, began: datetime) -> None:
        """Note what was read in a pause, and begin another; or end it."""
        now = began + timedelta(seconds=self.pause_seconds)
        with self._lock:
            if self._pauses.pop(place, None) is None or self._rows[place] < BULK_ROWS_MIN:
                return
            self._pause(accounts, place, now)
            read = self._rows.pop(place)
        try:
            _note(accounts, place, read, now)
        except Net30Error as error:
            log.warning("a note of reading in bulk waits: %s", error.message)
            with self._lock:
                self._rows[place] += read


@dataclass(frozen=True, slots=True)
class _Place:
    """Who reads what."""

    reader: Reader
    what: str


def _note(accounts: Accounts, place: _Place, rows: int, now: datetime) -> None:
    entry = noted("read_in_bulk", place.what, place.reader.user, now, f"{rows} rows")
    with accounts.writing() as tx:
        tx.note(place.reader.organisation, [entry])


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, in which organisation's books."""

    organisation: str
    user: str
