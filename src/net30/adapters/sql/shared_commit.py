"""Shared commit: changes that follow one another become durable together.

A commit waits for the disk, which takes longer than most changes. Whoever ends while others wait
leaves the transaction open to the next one; the last one commits for all of them, and only then
is any of them told that it is done. Each has a savepoint of its own, so that one that fails undoes
nothing of the others. Until the commit nobody but they see what they did.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from net30.adapters.sql.connection import Connection, Dialect
from net30.adapters.sql.pool import Pool, is_left_clean, undone
from net30.adapters.sql.turns import Turns
from net30.kernel.errors import Unavailable

MEMBERS_MAX = 32
OPEN_SECONDS_MAX = 0.05
"""Nobody more comes in after so long: who came first waits for the commit."""


class SharedCommit:
    """The writers of a database that has one at a time."""

    def __init__(self, pool: Pool, dialect: Dialect, open_seconds: float) -> None:
        self._pool = pool
        self._dialect = dialect
        self._open_seconds = open_seconds
        self._turns = Turns(dialect.wait_seconds, self._pass_over)
        self._group: _Group | None = None  # who has the turn may look at it

    @contextmanager
    def transaction(self, organisation: str) -> Iterator[Connection]:
        """Open a transaction: durable when the block has ended well, undone when it raises.

        Raises Unavailable when others take too long, or when the commit of all failed.
        """
        group = self._entered(organisation)
        try:
            with group.member() as connection:
                yield connection
        except Exception:
            # Who failed waits as well: when the others are lost, so is what it was refused for.
            self._ended(group)
            raise
        except BaseException:
            self._leave(group)
            raise
        else:
            self._ended(group)

    @contextmanager
    def alone(self) -> Iterator[Any]:
        """Lend the driver's own connection, with no transaction open."""
        self._turns.take()
        try:
            if self._group:
                self._end(self._group)
            raw = self._pool.take()
            try:
                yield raw
            finally:
                self._pool.give_back(raw, usable=is_left_clean(raw, self._dialect))
        finally:
            self._turns.pass_on()

    def close(self) -> None:
        """Close the connection if it is not in use."""
        self._pool.close()

    def _entered(self, organisation: str) -> _Group:
        self._turns.take()
        if self._group is None:
            try:
                self._group = self._begun(organisation)
            except BaseException:
                self._turns.pass_on()
                raise
        return self._group

    def _begun(self, organisation: str) -> _Group:
        raw = self._pool.take()
        try:
            connection = Connection(raw, self._dialect)
            connection.begin(organisation, writing=True)
            connection.end()
        except BaseException:
            self._pool.give_back(raw, usable=is_left_clean(raw, self._dialect))
            raise
        return _Group(raw, self._dialect)

    def _leave(self, group: _Group) -> None:
        """Leave the transaction to the next one, or commit it for all."""
        heir = self._turns.heir()
        if heir is None or not group.may_grow(self._open_seconds):
            try:
                self._end(group)
            finally:
                self._turns.pass_on(heir)
        else:
            self._turns.pass_on(heir)

    def _ended(self, group: _Group) -> None:
        """Leave, and wait until all is durable; raise why it is not."""
        self._leave(group)
        error = group.wait()
        if error:
            raise error

    def _pass_over(self) -> None:
        """Have the turn and do nothing with it."""
        if self._group:
            self._end(self._group)
        self._turns.pass_on()

    def _end(self, group: _Group) -> None:
        self._group = None
        try:
            group.commit()
        finally:
            self._pool.give_back(group.raw, usable=is_left_clean(group.raw, self._dialect))
            group.ended.set()


class _Group:
    """Changes in one transaction of the database."""

    def __init__(self, raw: Any, dialect: Dialect) -> None:
        self.raw = raw
        self._dialect = dialect
        self._members = 0
        self._opened = time.monotonic()
        self._lost: Unavailable | None = None
        self.ended = Event()
        self._error: Exception | None = undone()

    @contextmanager
    def member(self) -> Iterator[Connection]:
        """Lend the connection for one change: all of it stays in the transaction, or nothing."""
        self._members += 1
        connection = Connection(self.raw, self._dialect)
        try:
            connection.execute("SAVEPOINT member")
            yield connection
            self._check()
            connection.execute("RELEASE SAVEPOINT member")
        except BaseException as error:
            self._take_back(error)
            raise
        finally:
            connection.end()

    def may_grow(self, open_seconds: float) -> bool:
        """Tell whether one more may come in."""
        young = time.monotonic() - self._opened < open_seconds
        return young and self._members < MEMBERS_MAX and not self._lost

    def commit(self) -> None:
        """Make all that was not taken back durable."""
        connection = Connection(self.raw, self._dialect)
        try:
            self._check()
            connection.execute("COMMIT")
            self._error = None
        except Exception as error:  # noqa: BLE001 - each of those who wait raises it
            self._error = error
        finally:
            connection.end()

    def wait(self) -> Exception | None:
        """Wait until it is durable; return why it is not."""
        self.ended.wait()
        return self._error

    def _check(self) -> None:
        """Raise Unavailable when the database has undone everything by itself: a full disk may."""
        if self._lost is None and not self._dialect.can_commit(self.raw):
            self._lost = undone()
        if self._lost:
            raise self._lost

    def _take_back(self, why: BaseException) -> None:
        """Undo one change; where that fails, none of the others can be kept either."""
        lost = why if isinstance(why, Unavailable) else undone()
        cursor = self.raw.cursor()
        try:
            if self._dialect.in_transaction(self.raw):
                cursor.execute("ROLLBACK TO SAVEPOINT member")
                cursor.execute("RELEASE SAVEPOINT member")
            else:
                self._lost = lost
        except self._dialect.driver_error:
            self._lost = lost
        finally:
            cursor.close()
