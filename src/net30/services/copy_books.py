"""Copy books: all that an installation keeps, into another database, and proof that it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from net30.kernel.errors import Conflict
from net30.ports.copying import BooksCopy, Progress, TableCompared


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReport:
    """Where the books were compared with their copy, and table by table what was found."""

    place: str
    tables: tuple[TableCompared, ...]

    @property
    def rows(self) -> int:
        """Return how many rows the books have."""
        return sum(one.rows for one in self.tables)

    @property
    def differing(self) -> Sequence[TableCompared]:
        """Return the tables that are not the same in both; none means that the copy is good."""
        return [one for one in self.tables if not one.same]


def copy_books(books: BooksCopy, tell: Progress) -> CopyReport:
    """Write all books into an empty database and return how they compare, read anew from both.

    What changes in the books meanwhile shows as a table that differs: then nothing may go on with
    the copy. Raises Conflict when the other database holds anything.
    """
    if not books.is_empty():
        raise Conflict(
            f"{books.place} holds books already",
            hint="give an empty database, or compare the two: net30 copy URL --check",
            code="copy_target",
        )
    books.copy(tell)
    return compare_books(books, tell)


def compare_books(books: BooksCopy, tell: Progress) -> CopyReport:
    """Return how all books compare with a copy of them."""
    return CopyReport(place=books.place, tables=books.compare(tell))
