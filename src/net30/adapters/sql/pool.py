"""Pool: a database's open connections, and how each is left behind."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any

from net30.adapters.sql.connection import Dialect
from net30.kernel.errors import Unavailable


class Pool:
    """Open connections that wait for work; at most `size` are out at once."""

    def __init__(self, connect: Callable[[], Any], size: int, wait_seconds: float) -> None:
        self._connect = connect
        self._wait_seconds = wait_seconds
        self._free = BoundedSemaphore(size)
        self._idle: list[Any] = []

    def take(self) -> Any:  # Any: the two drivers share no type
        """Lend a connection; raise Unavailable when all are out for too long."""
        if not self._free.acquire(timeout=self._wait_seconds):
            raise busy(self._wait_seconds)
        try:
            return self._idle.pop()
        except IndexError:
            pass
        try:
            return self._connect()
        except BaseException:
            self._free.release()
            raise

    def give_back(self, raw: Any, *, usable: bool) -> None:
        """Take a connection back, or close it when it is lost."""
        if usable:
            self._idle.append(raw)
        else:
            raw.close()
            self.close()  # when one connection is lost, the others have met the same restart
        self._free.release()

    def close(self) -> None:
        """Close every connection that is not in use."""
        idle, self._idle = self._idle, []
        for raw in idle:
            raw.close()


def is_left_clean(raw: Any, dialect: Dialect) -> bool:
    """Undo what is not committed; tell whether the connection can serve again."""
    if not dialect.in_transaction(raw):
        return True
    try:
        raw.cursor().execute("ROLLBACK")
    except dialect.driver_error:
        return False  # the error under way says what happened; the server rolls back itself
    return not dialect.in_transaction(raw)


def busy(wait_seconds: float) -> Unavailable:
    """Return the refusal of who has waited for so long."""
    return Unavailable(
        f"the database was busy for {wait_seconds:g} seconds",
        hint="try again in a moment",
        code="busy",
    )


def undone() -> Unavailable:
    """Return the refusal of who could not be committed."""
    return Unavailable(
        "a part of the change failed, so none of it was kept",
        hint="send the request again",
        code="undone",
    )
