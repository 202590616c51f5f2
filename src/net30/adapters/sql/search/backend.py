"""Backend: what SQLite's and PostgreSQL's full text do each in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from net30.adapters.sql.connection import Connection, Values
from net30.finding.words import Term


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one entry, by its place; `tenant` is the organisation's ordinal."""

    place: int
    tenant: int
    customer: tuple[str, ...]
    others: tuple[str, ...]


class Backend(Protocol):
    """One full-text index; its rows are those of search_entry, by place."""

    condition: str
    """SQL: tells whether the entry's words match :match, for the tenant of :low to :high."""

    by_filters: str
    """SQL: search_entry, read through the index that has every filter's column."""

    by_customer: str
    """SQL: search_entry, read through the index of customers."""

    by_words: str
    """SQL: search_entry, only the places that a condition names."""

    count: str
    """SQL: counts all matches of :match for the tenant."""

    def expression(self, terms: Sequence[Term], tenant: int) -> str:
        """Return the value of :match that demands all terms."""
        ...

    def in_customer(self, words: Sequence[str], tenant: int) -> str:
        """Return the value of :match that demands these words in a row in the customer's name."""
        ...

    def add(self, connection: Connection, rows: Sequence[Words]) -> None:
        """Write the words of entries that have none yet."""
        ...

    def rename(self, connection: Connection, entries: str, values: Values, words: Words) -> None:
        """Give entries, chosen by a SELECT of places, other customer words."""
        ...

    def delete(self, connection: Connection, entries: str, values: Values) -> None:
        """Forget the words of entries, chosen by a SELECT of places."""
        ...

    def shred(self, connection: Connection) -> None:
        """Leave no word in the files that was removed or changed."""
        ...
