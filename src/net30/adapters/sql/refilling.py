"""Refilling: a backup's rows back into an empty database, all in one change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module

from net30.adapters.sql.connection import Connection
from net30.adapters.sql.database import Database
from net30.adapters.sql.opening import connect
from net30.adapters.sql.rows import digest, insert
from net30.adapters.sql.schema import known_versions, migrate, version_of
from net30.adapters.sql.store import EVERY_ORGANISATION
from net30.kernel.errors import ConfigurationError, Conflict
from net30.ports.backups import TableForm


@contextmanager
def empty_books(url: str) -> Iterator[SqlEmptyBooks]:
    """Lend the database of a URL, with nobody else in it; it is made when it is absent.

    Raises ConfigurationError or Unavailable for what does not open, Conflict where others work.
    """
    database = connect(url)
    try:
        database.enter(alone=True)
        yield SqlEmptyBooks(database)
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class SqlEmptyBooks:
    """A database that books are to be restored into."""

    database: Database

    @property
    def place(self) -> str:
        """Return where it is."""
        return f"{self.database.dialect} {self.database.place}"

    def is_empty(self) -> bool:
        """Tell whether it holds no books and no accounts."""
        if not version_of(self.database):
            return True
        with self.database.reading(EVERY_ORGANISATION) as connection:
            # A version that had no accounts yet cannot have restored any.
            names = {name for (name,) in connection.rows(self.database.table_names)}
            tables = [name for name in ("record", "account") if name in names]
            return not any(connection.row(f"SELECT 1 FROM {one} LIMIT 1") for one in tables)  # noqa: S608 - our own names

    @contextmanager
    def filling(self, schema: str) -> Iterator[SqlFilling]:
        """Open the one change that fills it, its tables made as that version's first."""
        self._prepare(schema)
        with self.database.writing() as connection:
            yield SqlFilling(connection)

    def migrate(self) -> str:
        """Bring the schema to this net30's version, and return that."""
        return migrate(self.database).after

    def _prepare(self, schema: str) -> None:
        if schema not in known_versions():
            raise ConfigurationError(
                f"the backup has schema {schema}; this net30 knows {known_versions()[-1]}",
                hint="install the net30 that wrote it, or a newer one; nothing was changed",
                code="newer_backup",
            )
        there = version_of(self.database)
        if not there:
            import_module("net30.adapters.sql.migrations").upgrade(self.database, schema)
        elif there != schema:
            raise Conflict(
                f"the tables in {self.place} are of schema {there}, the backup's of {schema}",
                hint="restore into a database that has no tables yet",
                code="backup_schema",
            )


@dataclass(frozen=True, slots=True)
class SqlFilling:
    """Rows on their way into a database."""

    connection: Connection

    def write(self, organisation: str, form: TableForm, lines: bytes) -> None:
        """Write rows that `Moment.lines` gave."""
        self.connection.turn_to(organisation)
        # By lines of bytes: a text's own line separators are no ends of rows.
        insert(self.connection, form, (json.loads(line) for line in lines.split(b"\n") if line))

    def digest(self, organisation: str, form: TableForm) -> tuple[int, str]:
        """Return how many rows a table has now, and the SHA-256 of their lines."""
        self.connection.turn_to(organisation)
        return digest(self.connection, form, organisation)
