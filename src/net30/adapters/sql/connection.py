"""Connection: one SQL database, read by many and changed in transactions.

SQL is plain text with `:name` parameters, written so that SQLite and PostgreSQL both take it.
SQLAlchemy describes the schema for the migrations only: importing it costs more time than the
rest of a command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, Protocol

from net30.kernel.errors import InputError, Unavailable

WAIT_SECONDS = 10
"""How long a request waits for a connection or a lock before it is told to come back."""

Row = tuple[Any, ...]  # Any: what a driver returns for a column is known to the SQL alone
Values = Mapping[str, str | int | bytes | None]

_NOTHING: Values = {}


class Dialect(Protocol):
    """What SQLite and PostgreSQL do each in its own way."""

    name: str
    place: str
    """Where the database is, for messages: a path, or host and name; never a password."""
    wait_seconds: float
    """How long to wait for a lock or a connection."""
    readers_max: int
    writers_max: int
    table_names: str
    """SQL: the names of the tables that are there."""

    @property
    def driver_error(self) -> type[Exception]:
        """Return the class of all errors that the driver raises."""
        ...

    def connect(self, *, writing: bool) -> Any:  # Any: the two drivers share no type
        """Open one connection in autocommit mode; raise ConfigurationError or Unavailable."""
        ...

    def begin(self, cursor: Any, organisation: str, *, writing: bool) -> None:
        """Begin a view or a transaction; where the database can, of one organisation's rows only.

        With no organisation (accounts, the schema) no row of any organisation's books is seen.
        """
        ...

    def spell(self, sql: str) -> str:
        """Return a statement as the driver wants its parameters."""
        ...

    def explain(self, error: Exception) -> Exception:
        """Return the error to show for a driver's; faults of our own SQL come back as they are."""
        ...

    def in_transaction(self, raw: Any) -> bool:
        """Tell whether a transaction is open, or the connection is lost."""
        ...

    def can_commit(self, raw: Any) -> bool:
        """Tell whether a commit would keep what the open transaction did."""
        ...

    def back_up(self, version: str) -> str:
        """Copy the database before its schema changes; return where to, empty when it cannot."""
        ...

    def close(self) -> None:
        """Forget what was made for this database only."""
        ...


class Connection:
    """One view of, or one transaction on, the database; useless after its block has ended."""

    def __init__(self, raw: Any, dialect: Dialect) -> None:
        self._cursor = raw.cursor()
        self._spell = dialect.spell
        self._dialect = dialect
        self._explained = _Explained(dialect)

    @property
    def dialect(self) -> str:
        """Return sqlite or postgresql."""
        return self._dialect.name

    def begin(self, organisation: str, *, writing: bool) -> None:
        """Begin a view or a transaction of an organisation."""
        with self._explained:
            self._dialect.begin(self._cursor, organisation, writing=writing)

    def execute(self, sql: str, values: Values = _NOTHING) -> int:
        """Run one statement and return how many rows it changed."""
        with self._explained:
            self._cursor.execute(self._spell(sql), values)
        return int(self._cursor.rowcount)

    def execute_many(self, sql: str, values: Sequence[Values]) -> int:
        """Run one statement once for each set of values; return how many rows it changed."""
        with self._explained:
            self._cursor.executemany(self._spell(sql), values)
        return int(self._cursor.rowcount)

    def rows(self, sql: str, values: Values = _NOTHING) -> list[Row]:
        """Return all rows of a query; the query itself sets a LIMIT."""
        with self._explained:
            self._cursor.execute(self._spell(sql), values)
            return list(self._cursor.fetchall())

    def row(self, sql: str, values: Values = _NOTHING) -> Row | None:
        """Return the first row of a query, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def end(self) -> None:
        """Give the cursor back, so that a forgotten reference cannot reach the next request."""
        self._cursor.close()


class _Explained:
    """A block whose driver errors leave it as errors that people can read."""

    __slots__ = ("_dialect",)

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        if isinstance(error, self._dialect.driver_error):
            explained = self._dialect.explain(error)
            if explained is not error:
                raise explained from error
        if isinstance(error, UnicodeEncodeError):
            raise InputError(
                "the text has a character that is none (half of a surrogate pair)",
                hint="write the text again",
                code="text",
            ) from error


class Database:
    """One database: `reading()` gives a consistent view, `writing()` a transaction.

    On SQLite one writer at a time, fairly queued in this process in front of BEGIN IMMEDIATE,
    which is the lock between processes. Never open a transaction inside another.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._readers = self._writers = self._pool(dialect.readers_max, writing=False)
        if dialect.writers_max:
            self._writers = self._pool(dialect.writers_max, writing=True)

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
        with self._lent(self._readers, organisation, writing=False) as connection:
            yield connection

    @contextmanager
    def writing(self, organisation: str = "") -> Iterator[Connection]:
        """Open a transaction: durable when the block ends well, undone when it raises.

        On PostgreSQL it can write books of this organisation only.

        Raises Unavailable when another one holds the database for more than WAIT_SECONDS.
        """
        with self._lent(self._writers, organisation, writing=True) as connection:
            yield connection

    @property
    def table_names(self) -> str:
        """Return the SQL that lists the tables."""
        return self._dialect.table_names

    @contextmanager
    def raw(self) -> Iterator[Any]:
        """Lend the driver's own connection, for the migrations."""
        raw = self._writers.take()
        try:
            yield raw
        finally:
            self._writers.give_back(raw, usable=self._roll_back(raw))

    def explain(self, error: BaseException) -> BaseException:
        """Return the error to show for one of the driver's."""
        return self._dialect.explain(error) if isinstance(error, Exception) else error

    def back_up(self, version: str) -> str:
        """Copy the database before its schema changes; return where to, empty when it cannot."""
        return self._dialect.back_up(version)

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._writers.close()
        self._readers.close()
        self._dialect.close()

    def _pool(self, size: int, *, writing: bool) -> _Pool:
        dialect = self._dialect
        return _Pool(lambda: dialect.connect(writing=writing), size, dialect.wait_seconds)

    @contextmanager
    def _lent(self, pool: _Pool, organisation: str, *, writing: bool) -> Iterator[Connection]:
        raw = pool.take()
        try:
            connection = Connection(raw, self._dialect)
            try:
                connection.begin(organisation, writing=writing)
                yield connection
                self._commit(connection, raw)
            finally:
                connection.end()
        finally:
            usable = self._roll_back(raw)
            pool.give_back(raw, usable=usable)

    def _commit(self, connection: Connection, raw: Any) -> None:
        # PostgreSQL answers the COMMIT of a failed transaction with a rollback and no error.
        if not self._dialect.can_commit(raw):
            raise Unavailable(
                "a part of the change failed, so none of it was kept",
                hint="send the request again",
                code="undone",
            )
        connection.execute("COMMIT")

    def _roll_back(self, raw: Any) -> bool:
        """Undo what is not committed; tell whether the connection can serve again."""
        if not self._dialect.in_transaction(raw):
            return True
        try:
            raw.cursor().execute("ROLLBACK")
        except self._dialect.driver_error:
            return False  # the error under way says what happened; the server rolls back itself
        return not self._dialect.in_transaction(raw)


class _Pool:
    """Open connections that wait for work; at most `size` are out at once."""

    def __init__(self, connect: Callable[[], Any], size: int, wait_seconds: float) -> None:
        self._connect = connect
        self._wait_seconds = wait_seconds
        self._free = BoundedSemaphore(size)
        self._idle: list[Any] = []

    def take(self) -> Any:
        if not self._free.acquire(timeout=self._wait_seconds):
            raise Unavailable(
                f"the database was busy for {self._wait_seconds:g} seconds",
                hint="try again in a moment",
                code="busy",
            )
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
        if usable:
            self._idle.append(raw)
        else:
            raw.close()
            self.close()  # when one connection is lost, the others have met the same restart
        self._free.release()

    def close(self) -> None:
        idle, self._idle = self._idle, []
        for raw in idle:
            raw.close()
