"""Connection: one view of, or one transaction on, an SQL database.

SQL is plain text with `:name` parameters, written so that SQLite and PostgreSQL both take it.
SQLAlchemy describes the schema for the migrations only: importing it costs more time than the
rest of a command.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from net30.kernel.errors import InputError

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
    has_one_writer: bool
    """Whether changes of all organisations follow one another; else each is a reader that may."""
    table_names: str
    """SQL: the names of the tables that are there."""

    @property
    def driver_error(self) -> type[Exception]:
        """Return the class of all errors that the driver raises."""
        ...

    def enter(self, *, alone: bool) -> None:
        """Take part in the database until it is closed, with others or alone.

        Raises Conflict for who would be alone and is not; Unavailable where somebody is.
        """
        ...

    def connect(self, *, writing: bool) -> Any:  # Any: the two drivers share no type
        """Open one connection in autocommit mode; raise ConfigurationError or Unavailable."""
        ...

    def begin(self, cursor: Any, organisation: str, *, writing: bool, alone: bool) -> None:
        """Begin a view or a transaction; where the database can, of one organisation's rows only.

        With no organisation (accounts, the schema) no row of any organisation's books is seen.
        One that is `alone` waits until no other such one of its organisation is under way.
        """
        ...

    def turn_to(self, cursor: Any, organisation: str) -> None:
        """Go on in the same view or transaction with another organisation's rows ("*": `begin`)."""
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

    @property
    def dialect(self) -> str:
        """Return sqlite or postgresql."""
        return self._dialect.name

    def begin(self, organisation: str, *, writing: bool, alone: bool = False) -> None:
        """Begin a view or a transaction of an organisation."""
        try:
            self._dialect.begin(self._cursor, organisation, writing=writing, alone=alone)
        except Exception as error:
            self._explain(error)
            raise

    def turn_to(self, organisation: str) -> None:
        """Go on in the same view or transaction with another organisation's rows."""
        try:
            self._dialect.turn_to(self._cursor, organisation)
        except Exception as error:
            self._explain(error)
            raise

    def execute(self, sql: str, values: Values = _NOTHING) -> int:
        """Run one statement and return how many rows it changed."""
        try:
            self._cursor.execute(self._spell(sql), values)
        except Exception as error:
            self._explain(error)
            raise
        return int(self._cursor.rowcount)

    def execute_many(self, sql: str, values: Sequence[Values]) -> int:
        """Run one statement once for each set of values; return how many rows it changed."""
        try:
            self._cursor.executemany(self._spell(sql), values)
        except Exception as error:
            self._explain(error)
            raise
        return int(self._cursor.rowcount)

    def rows(self, sql: str, values: Values = _NOTHING) -> list[Row]:
        """Return all rows of a query; the query itself sets a LIMIT."""
        try:
            self._cursor.execute(self._spell(sql), values)
            return list(self._cursor.fetchall())
        except Exception as error:
            self._explain(error)
            raise

    def row(self, sql: str, values: Values = _NOTHING) -> Row | None:
        """Return the first row of a query, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def end(self) -> None:
        """Give the cursor back, so that a forgotten reference cannot reach the next request."""
        self._cursor.close()

    def _explain(self, error: Exception) -> None:
        """Raise a driver's error as one that people can read, where there is such a one."""
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
