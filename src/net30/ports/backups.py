"""Backups: all books as they stood at one moment, the way back, and a place to keep copies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from net30.domain.audit import AuditHead


@dataclass(frozen=True, slots=True, kw_only=True)
class TableForm:
    """A table of the books: its columns in their order, and those that order its rows."""

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]


class Moment(Protocol):
    """All books as they stood at one moment, whatever others change meanwhile."""

    @property
    def schema(self) -> str:
        """Return the version of the schema that the rows are of."""
        ...

    @property
    def database(self) -> str:
        """Return what keeps the books: sqlite or postgresql."""
        ...

    def organisations(self) -> tuple[str, ...]:
        """Return the ids of all organisations."""
        ...

    def forms(self, organisation: str) -> tuple[TableForm, ...]:
        """Return the tables of an organisation, or for "" those of accounts and audit."""
        ...

    def lines(self, organisation: str, form: TableForm) -> Iterator[tuple[int, bytes]]:
        """Yield the rows of a table by its keys, some at a time: how many, as lines of JSON."""
        ...

    def last_event(self, organisation: str) -> int:
        """Return the sequence of the latest event; 0 when there is none."""
        ...

    def heads(self) -> tuple[AuditHead, ...]:
        """Return where each chain of the audit ends."""
        ...


class Filling(Protocol):
    """Rows on their way into an empty database: all of them or, when anything raises, none."""

    def write(self, organisation: str, form: TableForm, lines: bytes) -> None:
        """Write rows that `Moment.lines` gave."""
        ...

    def digest(self, organisation: str, form: TableForm) -> tuple[int, str]:
        """Return how many rows a table has now, and the SHA-256 of their lines, read anew."""
        ...


class EmptyBooks(Protocol):
    """A database that books are to be restored into."""

    @property
    def place(self) -> str:
        """Return where it is, without any password."""
        ...

    def is_empty(self) -> bool:
        """Tell whether it holds no books and no accounts."""
        ...

    def filling(self, schema: str) -> AbstractContextManager[Filling]:
        """Open the one change that fills it, its tables made as that version's first.

        Raises ConfigurationError for a version that this net30 does not know.
        """
        ...

    def migrate(self) -> str:
        """Bring the schema to this net30's version, and return that."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A backup in its place: its name says when it was made."""

    name: str
    size: int


class BackupPlace(Protocol):
    """Where backups are kept; a name appears only when its backup is whole."""

    @property
    def place(self) -> str:
        """Return where that is, without any password."""
        ...

    def keeping(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Lend a file to write; when the block raises, nothing is kept."""
        ...

    def lending(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Lend a backup to read; raise NotFound."""
        ...

    def kept(self) -> tuple[Kept, ...]:
        """Return the backups that are here, by name."""
        ...

    def remove(self, name: str) -> None:
        """Remove a backup; nothing happens when it is not here."""
        ...

    def tidy(self, before: datetime) -> None:
        """Remove what backups left behind that were begun before a moment and never finished."""
        ...

    def note(self, name: str, content: bytes) -> None:
        """Write a small file beside the backups, whole or not at all."""
        ...

    def noted(self, name: str) -> bytes:
        """Return a small file from beside the backups; nothing when there is none."""
        ...
