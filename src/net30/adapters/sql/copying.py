"""Copying: every row of one database into another, and the two compared row by row.

What can be made anew from the events (the search index) is left out, and so is how far it has
read: the other database makes its own. All else is copied as it stands, how far mail and webhooks
have come included, so that nothing is sent twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Table

from net30.adapters.sql.connection import Connection, Row
from net30.adapters.sql.database import Database
from net30.adapters.sql.opening import connect, open_database
from net30.adapters.sql.store import SqlStore
from net30.adapters.sql.tables import metadata
from net30.kernel.errors import InputError
from net30.ports.copying import Progress, TableCompared

ROWS_AT_ONCE = 1_000
MADE_ANEW = "search"
"""The projection whose tables differ from database to database."""


@contextmanager
def copying(source_url: str, target_url: str, *, alone: bool = False) -> Iterator[SqlCopy]:
    """Lend both databases; the other one is made, or brought to this version's schema.

    With `alone` nobody else can open either of them meanwhile. Raises InputError when both are
    one, ConfigurationError or Unavailable for what does not open, Conflict when somebody else
    works in one that is wanted alone.
    """
    with closing(connect(source_url)) as one, closing(connect(target_url)) as other:
        _check_apart(one, other)
    source = open_database(source_url, alone=alone)
    try:
        target = open_database(target_url, alone=alone)
        try:
            yield SqlCopy(source, target)
        finally:
            target.close()
    finally:
        source.close()


def _check_apart(source: Database, target: Database) -> None:
    if (source.dialect, source.place) == (target.dialect, target.place):
        raise InputError(
            f"the books are in {target.place} already",
            hint="name another database",
            code="same_database",
        )


@dataclass(frozen=True, slots=True)
class SqlCopy:
    """The database where the books are, and the one where they are to be."""

    source: Database
    target: Database

    @property
    def place(self) -> str:
        """Return where the other database is."""
        return f"{self.target.dialect} {self.target.place}"

    def is_empty(self) -> bool:
        """Tell whether the other database holds no books and no accounts."""
        with self.target.reading() as connection:
            if connection.row("SELECT 1 FROM account LIMIT 1"):
                return False
        return not SqlStore(self.target).organisations()

    def copy(self, tell: Progress) -> None:
        """Write every row; each organisation as it stood at one moment, the accounts after them.

        An audit that is younger than its books lacks nothing: what it has it does not take twice.
        """
        wholes = self._wholes()
        for at, organisation in enumerate(wholes):
            tell(organisation or "accounts", at, len(wholes))
            with self.source.reading(organisation) as books:
                for table in _tables(organisation):
                    self._copy_table(books, table, organisation)
        tell("copied", len(wholes), len(wholes))

    def compare(self, tell: Progress) -> tuple[TableCompared, ...]:
        """Return each table in both databases, by the digest of all its rows."""
        found = []
        wholes = self._wholes()
        for at, organisation in enumerate(wholes):
            tell(organisation or "accounts", at, len(wholes))
            with (
                self.source.reading(organisation) as ours,
                self.target.reading(organisation) as theirs,
            ):
                for table in _tables(organisation):
                    (rows, digest), (copied, other) = (
                        _digest(one, table, organisation) for one in (ours, theirs)
                    )
                    found.append(
                        TableCompared(
                            organisation=organisation,
                            table=table.name,
                            rows=rows,
                            copied=copied,
                            same=digest == other,
                        )
                    )
        tell("compared", len(wholes), len(wholes))
        return tuple(found)

    def _wholes(self) -> tuple[str, ...]:
        """Return the organisations of both databases, and "" for what is beside them."""
        organisations = {*SqlStore(self.source).organisations()}
        organisations |= {*SqlStore(self.target).organisations()}
        return (*sorted(organisations), "")

    def _copy_table(self, books: Connection, table: Table, organisation: str) -> None:
        names = [column.name for column in table.columns]
        marks = ", ".join(f":{name}" for name in names)
        insert = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our own names
        for rows in _pages(books, table, organisation):
            with self.target.writing(organisation) as connection:
                values = [dict(zip(names, row, strict=True)) for row in rows]
                connection.execute_many(insert, values)


def _tables(organisation: str) -> list[Table]:
    """Return the tables of an organisation's books, or for "" those beside them."""
    beside = {"account", "audit"}
    return [one for one in metadata.sorted_tables if (one.name in beside) == (not organisation)]


def _digest(connection: Connection, table: Table, organisation: str) -> tuple[int, str]:
    count, digest = 0, sha256()
    for rows in _pages(connection, table, organisation):
        count += len(rows)
        for row in rows:
            digest.update(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return count, digest.hexdigest()


def _pages(connection: Connection, table: Table, organisation: str) -> Iterator[list[Row]]:
    """Yield a table's rows in the order of their keys, some at a time."""
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key.columns if column.name != "organisation"]
    asked: dict[str, str | int | bytes | None] = {"limit": ROWS_AT_ONCE}
    where = []
    if organisation:
        where.append("organisation = :organisation")
        asked["organisation"] = organisation
    if table.name == "checkpoint":
        where.append("projection <> :made_anew")
        asked["made_anew"] = MADE_ANEW
    after: list[str] = []
    while True:
        conditions = " AND ".join([*where, *after]) or "1 = 1"
        rows = connection.rows(
            f"SELECT {', '.join(names)} FROM {table.name} WHERE {conditions} "  # noqa: S608 - our own names
            f"ORDER BY {', '.join(keys)} LIMIT :limit",
            asked,
        )
        if rows:
            yield rows
        if len(rows) < ROWS_AT_ONCE:
            return
        last = dict(zip(names, rows[-1], strict=True))
        asked |= {f"after_{name}": last[name] for name in keys}
        marks = ", ".join(f":after_{name}" for name in keys)
        after = [f"({', '.join(keys)}) > ({marks})"]
