"""Accounts: users, their memberships, sessions and keys, and the audit; beside the store.

A user may belong to several organisations, so none of this is inside one organisation's books.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from net30.domain.audit import AuditEntry, AuditHead, AuditNote
from net30.domain.identity.records import AccountKey, AccountRecord

R = TypeVar("R", bound=AccountRecord)

RECORDS_PER_PAGE_MAX = 1000


class AccountsReading(Protocol):
    """A consistent view of all accounts."""

    def load(self, kind: type[R], record_id: str) -> R:
        """Return one record; raise NotFound."""
        ...

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or None."""
        ...

    def find(self, kind: type[R], key: AccountKey, value: str) -> tuple[R, ...]:
        """Return the records with that key, by id, at most RECORDS_PER_PAGE_MAX."""
        ...

    def page(self, kind: type[R], *, after: str = "", limit: int = 100) -> tuple[R, ...]:
        """Return the next records of a kind in the order of their ids, after one id."""
        ...

    def chains(self) -> tuple[AuditHead, ...]:
        """Return the head of every chain of the audit that has an entry, by name."""
        ...

    def head(self, chain: str) -> AuditHead:
        """Return the head of a chain; sequence 0 while it has no entry."""
        ...

    def entries(
        self, chain: str, *, after: int = 0, limit: int = RECORDS_PER_PAGE_MAX
    ) -> tuple[AuditEntry, ...]:
        """Return the entries of a chain in their order, after one sequence number."""
        ...


class AccountsWriting(AccountsReading, Protocol):
    """Changes of accounts that happen together or not at all, one after the other.

    Nobody else changes an account while one is open, so what it has read stays true.
    """

    def add(self, record: AccountRecord) -> None:
        """Write a new record; raise Conflict when its id or name is taken."""
        ...

    def save(self, record: AccountRecord) -> None:
        """Write a record over the one of its id, if there is one; Conflict for a taken name."""
        ...

    def remove(self, kind: type[AccountRecord], record_id: str) -> bool:
        """Remove a record; tell whether there was one."""
        ...

    def forget(self, now: datetime) -> int:
        """Remove sessions, steps, links and counts of guesses that have ended; return how many."""
        ...

    def note(self, chain: str, notes: Sequence[AuditNote]) -> None:
        """Add what was done to the end of a chain; a note whose source is there is passed over."""
        ...


class Accounts(Protocol):
    """The accounts of an installation."""

    @property
    def changes(self) -> int:
        """Return how many changes of records this process has made, whoever asked for them.

        It has grown before whoever makes a change is told that it is done.
        """
        ...

    def reading(self) -> AbstractContextManager[AccountsReading]:
        """Open a consistent view."""
        ...

    def writing(self) -> AbstractContextManager[AccountsWriting]:
        """Open a change: durable when the block ends well, undone when it raises.

        Raises Unavailable when the database does not answer or is busy for too long.
        """
        ...
