"""Copying: every row of one database into another, and the two compared row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from net30.adapters.sql.connection import Connection
from net30.adapters.sql.database import Database
from net30.adapters.sql.opening import connect, open_database
from net30.adapters.sql.rows import digest, forms_of, insert, pages
from net30.adapters.sql.store import SqlStore
from net30.kernel.errors import InputError
from net30.ports.backups import TableForm
from net30.ports.copying import Progress, TableCompared


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
                for form in forms_of(organisation):
                    self._copy_table(books, form, organisation)
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
                for form in forms_of(organisation):
                    (rows, here), (copied, there) = (
                        digest(one, form, organisation) for one in (ours, theirs)
                    )
                    found.append(
                        TableCompared(
                            organisation=organisation,
                            table=form.name,
                            rows=rows,
                            copied=copied,
                            same=here == there,
                        )
                    )
        tell("compared", len(wholes), len(wholes))
        return tuple(found)

    def _wholes(self) -> tuple[str, ...]:
        """Return the organisations of both databases, and "" for what is beside them."""
        organisations = {*SqlStore(self.source).organisations()}
        organisations |= {*SqlStore(self.target).organisations()}
        return (*sorted(organisations), "")

    def _copy_table(self, books: Connection, form: TableForm, organisation: str) -> None:
        for rows in pages(books, form, organisation):
            with self.target.writing(organisation) as connection:
                insert(connection, form, rows)
