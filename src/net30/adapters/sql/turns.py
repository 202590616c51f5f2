"""Turns: threads that want the same thing get it one after the other, in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock

from net30.adapters.sql.pool import busy


class Turns:
    """A line; who leaves sees whether anybody waits before the turn is passed on.

    A place in the line is a lock that is released when the turn has come.
    """

    def __init__(self, wait_seconds: float, unwanted: Callable[[], None]) -> None:
        """Let nobody wait longer; `unwanted` has the turn of one who was interrupted meanwhile."""
        self._wait_seconds = wait_seconds
        self._unwanted = unwanted
        self._door = Lock()
        self._taken = False
        self._line: deque[Lock] = deque()

    def take(self) -> None:
        """Wait for the turn; raise Unavailable when that takes too long."""
        place = self._place()
        if place is None:
            return
        try:
            reached = place.acquire(timeout=self._wait_seconds)
        except BaseException:
            if not self._has_left(place):
                place.acquire()
                self._unwanted()
            raise
        if not reached:
            if self._has_left(place):
                raise busy(self._wait_seconds)
            place.acquire()  # it was called in this very moment

    def heir(self) -> Lock | None:
        """Call who is next: that one waits for nothing but us from now on; None: nobody waits."""
        with self._door:
            return self._line.popleft() if self._line else None

    def pass_on(self, heir: Lock | None = None) -> None:
        """Give the turn to the heir, or to who is next by now, if anybody."""
        with self._door:
            if heir is None and self._line:
                heir = self._line.popleft()
            if heir is None:
                self._taken = False
        if heir:
            heir.release()

    def _place(self) -> Lock | None:
        """Take the turn at once where nobody has it, else a place at the end of the line."""
        with self._door:
            if not self._taken:
                self._taken = True
                return None
            place = Lock()
            place.acquire()
            self._line.append(place)
            return place

    def _has_left(self, place: Lock) -> bool:
        """Leave the line; False when one was called already."""
        with self._door:
            if place not in self._line:
                return False
            self._line.remove(place)
            return True
