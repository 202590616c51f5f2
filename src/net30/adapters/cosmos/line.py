"""Line: the writers of one partition, one after the other, and the head as they left it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from net30.adapters.cosmos.changes import Changes
from net30.adapters.cosmos.commit import commit, finish
from net30.adapters.cosmos.head import Head
from net30.adapters.cosmos.partition import Books, Partition
from net30.adapters.cosmos.turn import WAITS, Keeper, Turn, Waits, busy, take

STREAK_SECONDS = 0.5
PAUSE_SECONDS = 0.1
"""Who has had one turn after the other for so long lets other processes in for a moment."""


class Line:
    """Where threads of this process wait before they ask for the partition's turn."""

    def __init__(self, partition: Partition, keeper: Keeper, waits: Waits) -> None:
        self.partition = partition
        self._waits = waits
        self._keeper = keeper
        self._lock = Lock()
        self._known: Head | None = None
        self._streak_since = self._last = 0.0

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Have the turn; given back at the end when nothing was committed."""
        if not self._lock.acquire(timeout=self._waits.wait):
            raise busy(self._waits.wait)
        try:
            self._let_others_in()
            turn = take(self.partition, self._known, finish, self._waits)
            self._known = None
            self._keeper.keep(turn)
            try:
                yield turn
            finally:
                self._keeper.let_go(turn)
                if not turn.ended:
                    self._known = turn.give_back()
                self._last = time.monotonic()
        finally:
            self._lock.release()

    def commit(self, turn: Turn, changes: Changes, after: Head) -> None:
        """Write the changes of a turn; raise what `commit` raises."""
        self._known = commit(turn, changes, after)

    def _let_others_in(self) -> None:
        """Pause after a long streak, or other processes would wait for as long as it lasts."""
        now = time.monotonic()
        if now - self._last > PAUSE_SECONDS:
            self._streak_since = now
        elif now - self._streak_since > STREAK_SECONDS:
            time.sleep(PAUSE_SECONDS)
            self._streak_since = time.monotonic()


class Lines:
    """The line of each partition."""

    def __init__(self, books: Books, waits: Waits = WAITS) -> None:
        self._books = books
        self._waits = waits
        self._lines: dict[str, Line] = {}
        self._lock = Lock()
        self._keeper = Keeper(waits)

    def of(self, name: str) -> Line:
        """Return the line of a partition."""
        with self._lock:
            if name not in self._lines:
                self._lines[name] = Line(self._books.partition(name), self._keeper, self._waits)
            return self._lines[name]

    def close(self) -> None:
        """End what keeps turns alive."""
        self._keeper.close()
