"""Database: one SQL database, read by many and changed in transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from net30.adapters.sql.connection import Connection, Dialect
from net30.adapters.sql.pool import Pool, is_left_clean, undone
from net30.adapters.sql.shared_commit import OPEN_SECONDS_MAX, SharedCommit


class Database:
    """One database: `reading()` gives a consistent view, `writing()` a transaction.

    On SQLite one writer at a time, fairly queued in this process in front of BEGIN IMMEDIATE,
    which is the lock between processes. Never open a transaction inside another.
    """

    def __init__(self, dialect: Dialect, *, open_seconds: float = OPEN_SECONDS_MAX) -> None:
        """Use a database; who ends a change waits so long at most for others to share a commit."""
        self._dialect = dialect
        self._readers = self._pool(dialect.readers_max, writing=False)
        self._shared: SharedCommit | None = None
        if dialect.has_one_writer:
            self._shared = SharedCommit(self._pool(1, writing=True), dialect, open_seconds)

    @property
    def dialect(self) -> str:
        """Return sqlite or postgresql."""
        return self._dialect.name

    @property
    def place(self) -> str:
        """Return where the database is, for messages."""
        return self._dialect.place

    @contextmanager
    def reading(self, organisation: str = "") -> Iterator[Connection]:
        """Open a view that other people's changes do not touch; raise Unavailable when busy.

        On PostgreSQL it sees books of this organisation only; "*" sees which ones there are.
        """
        with self._lent(organisation, writing=False) as connection:
            yield connection

    def writing(
        self, organisation: str = "", *, alone: bool = False
    ) -> AbstractContextManager[Connection]:
        """Open a transaction: durable when the block ends well, undone when it raises.

        On PostgreSQL it can write books of this organisation only; those that are `alone` follow
        one another there too.

        Raises Unavailable when another one holds the database for more than WAIT_SECONDS.
        """
        if self._shared:
            return self._shared.transaction(organisation)
        return self._lent(organisation, writing=True, alone=alone)

    def enter(self, *, alone: bool) -> None:
        """Take part in the database until it is closed, with others or alone (Dialect.enter)."""
        self._dialect.enter(alone=alone)

    @property
    def table_names(self) -> str:
        """Return the SQL that lists the tables."""
        return self._dialect.table_names

    @contextmanager
    def raw(self) -> Iterator[Any]:
        """Lend the driver's own connection, for the migrations."""
        if self._shared:
            with self._shared.alone() as raw:
                yield raw
            return
        raw = self._readers.take()
        try:
            yield raw
        finally:
            self._readers.give_back(raw, usable=is_left_clean(raw, self._dialect))

    def explain(self, error: BaseException) -> BaseException:
        """Return the error to show for one of the driver's."""
        return self._dialect.explain(error) if isinstance(error, Exception) else error

    def back_up(self, version: str) -> str:
        """Copy the database before its schema changes; return where to, empty when it cannot."""
        return self._dialect.back_up(version)

    def close(self) -> None:
        """Close every connection that is not in use."""
        if self._shared:
            self._shared.close()
        self._readers.close()
        self._dialect.close()

    def _pool(self, size: int, *, writing: bool) -> Pool:
        dialect = self._dialect
        return Pool(lambda: dialect.connect(writing=writing), size, dialect.wait_seconds)

    @contextmanager
    def _lent(
        self, organisation: str, *, writing: bool, alone: bool = False
    ) -> Iterator[Connection]:
        raw = self._readers.take()
        try:
            connection = Connection(raw, self._dialect)
            try:
                connection.begin(organisation, writing=writing, alone=alone)
                yield connection
                self._commit(connection, raw)
            finally:
                connection.end()
        finally:
            self._readers.give_back(raw, usable=is_left_clean(raw, self._dialect))

    def _commit(self, connection: Connection, raw: Any) -> None:
        # PostgreSQL answers the COMMIT of a failed transaction with a rollback and no error.
        if not self._dialect.can_commit(raw):
            raise undone()
        connection.execute("COMMIT")
