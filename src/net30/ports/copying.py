"""Copying: all books of an installation, from one database to another, and whether they agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCompared:
    """A table of one organisation ("" for accounts and audit) in both databases.

    `same` says that every row is there, byte for byte: the digests of all rows agree.
    """

    organisation: str
    table: str
    rows: int
    copied: int
    same: bool


class BooksCopy(Protocol):
    """Two databases of net30: where the books are, and where they are to be."""

    @property
    def place(self) -> str:
        """Return where the other database is, without any password."""
        ...

    def is_empty(self) -> bool:
        """Tell whether the other database holds no books and no accounts."""
        ...

    def copy(self, tell: Progress) -> None:
        """Write every row to the other database; raise what either of them raises."""
        ...

    def compare(self, tell: Progress) -> tuple[TableCompared, ...]:
        """Return each table of each organisation in both, read anew."""
        ...
