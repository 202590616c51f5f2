"""Moment: one view of all organisations' books, which other people's changes do not touch.

SQLite keeps the view by its write-ahead log, PostgreSQL by one repeatable-read transaction that
names one organisation after the other to its policies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from net30.adapters.sql import account_statements, statements
from net30.adapters.sql.connection import Connection
from net30.adapters.sql.database import Database
from net30.adapters.sql.rows import forms_of, lines, pages
from net30.adapters.sql.store import EVERY_ORGANISATION
from net30.domain.audit import AuditHead
from net30.ports.backups import TableForm

_LAST_EVENT = "SELECT max(sequence) FROM event WHERE organisation = :organisation"
_VERSION = "SELECT version_num FROM alembic_version"


@contextmanager
def moment(database: Database) -> Iterator[SqlMoment]:
    """Open the view; it stands as it is from its first question on."""
    with database.reading() as connection:
        found = connection.row(_VERSION)
        assert found, "an open database has a schema"
        tables = frozenset(str(name) for (name,) in connection.rows(database.table_names))
        yield SqlMoment(connection, str(found[0]), tables)


@dataclass(frozen=True, slots=True)
class SqlMoment:
    """All books as they stood when they were first asked about."""

    connection: Connection
    schema: str
    there: frozenset[str]
    """The tables that this version's schema has."""

    @property
    def database(self) -> str:
        """Return sqlite or postgresql."""
        return self.connection.dialect

    def organisations(self) -> tuple[str, ...]:
        """Return the ids of all organisations."""
        self.connection.turn_to(EVERY_ORGANISATION)
        return tuple(str(found) for (found,) in self.connection.rows(statements.ORGANISATIONS))

    def forms(self, organisation: str) -> tuple[TableForm, ...]:
        """Return the tables, of this version's schema."""
        return tuple(form for form in forms_of(organisation) if form.name in self.there)

    def lines(self, organisation: str, form: TableForm) -> Iterator[tuple[int, bytes]]:
        """Yield the rows of a table by its keys, some at a time."""
        self.connection.turn_to(organisation)
        for rows in pages(self.connection, form, organisation):
            yield len(rows), lines(rows)

    def last_event(self, organisation: str) -> int:
        """Return the sequence of the latest event; 0 when there is none."""
        self.connection.turn_to(organisation)
        found = self.connection.row(_LAST_EVENT, {"organisation": organisation})
        return int(found[0] or 0) if found else 0

    def heads(self) -> tuple[AuditHead, ...]:
        """Return where each chain of the audit ends."""
        if "audit" not in self.there:
            return ()
        return tuple(
            AuditHead(chain=chain, sequence=sequence, hash=end)
            for chain, sequence, end in self.connection.rows(account_statements.HEADS)
        )
