"""Note a read: whoever takes personal data out, in a file or page by page, stands in the audit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from net30.ports.accounts import Accounts
from net30.services.context import ReadContext
from net30.services.identity.noted import noted

BULK_ROWS_MIN = 100
"""Each time that somebody has read so many records of a kind, it is noted."""
READERS_MAX = 10_000


def note_exports(accounts: Accounts, ctx: ReadContext) -> None:
    """Note what was made of a question for others; the application does, once it has ended."""
    entries = [noted(one.action, one.what, ctx.user, ctx.now, one.detail) for one in ctx.taken_out]
    with accounts.writing() as tx:
        tx.note(ctx.organisation, entries)


@dataclass(slots=True)
class BulkReads:
    """Counts the records that each user reads; small pages add up, across requests too.

    The counts are this process' own: a restart begins anew.
    """

    _rows: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def count(
        self, accounts: Accounts, reader: Reader, what: str, rows: int, now: datetime
    ) -> None:
        """Count what was read, and note it once there are BULK_ROWS_MIN since the last note.

        Call it outside of any change of the books.
        """
        place = (reader.organisation, reader.user, what)
        with self._lock:
            if len(self._rows) >= READERS_MAX and place not in self._rows:
                self._rows.clear()
            self._rows[place] += rows
            if self._rows[place] < BULK_ROWS_MIN:
                return
            read = self._rows.pop(place)
        entry = noted("read_in_bulk", what, reader.user, now, f"{read} rows")
        with accounts.writing() as tx:
            tx.note(reader.organisation, [entry])


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, in which organisation's books."""

    organisation: str
    user: str
