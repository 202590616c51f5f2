"""Accounts: users, keys, sessions and the audit in SQL, on the store's database and writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from itertools import count
from typing import TypeVar

from net30.adapters.sql import account_statements as sql
from net30.adapters.sql.connection import Connection, Row, Values
from net30.adapters.sql.database import Database
from net30.domain.audit import AuditEntry, AuditHead, AuditNote, chained
from net30.domain.identity.records import (
    AccountKey,
    AccountRecord,
    account_keys,
)
from net30.ports.accounts import RECORDS_PER_PAGE_MAX
from net30.stored.account_rows import NAMES, end_of, missing, taken
from net30.stored.codec import decode, encode

R = TypeVar("R", bound=AccountRecord)

_COLUMNS = tuple(field.name for field in fields(AuditEntry))


class SqlAccounts:
    """The accounts in one SQLite or PostgreSQL database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._changes = count(1)
        self.changes = 0
        """How many changes of records this process has made."""

    @contextmanager
    def reading(self) -> Iterator[SqlAccountsReading]:
        """Open a consistent view."""
        with self.database.reading() as connection:
            yield SqlAccountsReading(connection)

    @contextmanager
    def writing(self) -> Iterator[SqlAccountsWriting]:
        """Open a change; changes of accounts follow one another, on both databases."""
        tx: SqlAccountsWriting | None = None
        try:
            with self.database.writing() as connection:
                if connection.dialect == "postgresql":  # SQLite's BEGIN IMMEDIATE has locked
                    connection.execute(sql.LOCK_ACCOUNTS)
                tx = SqlAccountsWriting(connection)
                yield tx
        finally:
            if tx is not None and tx.changed:  # undone or not: then it is counted once too often
                self.changes = next(self._changes)


class SqlAccountsReading:
    """A consistent view of all accounts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def load(self, kind: type[R], record_id: str) -> R:
        """Return one record; raise NotFound."""
        found = self.get(kind, record_id)
        if found is None:
            raise missing(kind, record_id)
        return found

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or None."""
        row = self._connection.row(sql.LOAD, {"kind": NAMES[kind], "id": record_id})
        return decode(kind, row[0]) if row else None

    def find(self, kind: type[R], key: AccountKey, value: str) -> tuple[R, ...]:
        """Return the records with that key, by id, at most RECORDS_PER_PAGE_MAX."""
        values: Values = {"kind": NAMES[kind], "value": value, "limit": RECORDS_PER_PAGE_MAX}
        rows = self._connection.rows(sql.FIND[key], values)
        return tuple(decode(kind, body) for (body,) in rows)

    def page(self, kind: type[R], *, after: str = "", limit: int = 100) -> tuple[R, ...]:
        """Return the next records of a kind in the order of their ids, after one id."""
        most = min(limit, RECORDS_PER_PAGE_MAX)
        values: Values = {"kind": NAMES[kind], "after": after, "limit": most}
        return tuple(decode(kind, body) for (body,) in self._connection.rows(sql.PAGE, values))

    def chains(self) -> tuple[AuditHead, ...]:
        """Return the head of every chain of the audit that has an entry, by name."""
        rows = self._connection.rows(sql.HEADS)
        return tuple(_head(row) for row in rows)

    def head(self, chain: str) -> AuditHead:
        """Return the head of a chain; sequence 0 while it has no entry."""
        row = self._connection.row(sql.HEAD, {"chain": chain})
        return _head(row) if row else AuditHead(chain=chain)

    def entries(
        self, chain: str, *, after: int = 0, limit: int = RECORDS_PER_PAGE_MAX
    ) -> tuple[AuditEntry, ...]:
        """Return the entries of a chain in their order, after one sequence number."""
        most = min(limit, RECORDS_PER_PAGE_MAX)
        rows = self._connection.rows(sql.ENTRIES, {"chain": chain, "after": after, "limit": most})
        return tuple(_entry(row) for row in rows)


class SqlAccountsWriting(SqlAccountsReading):
    """Changes of accounts that happen together or not at all."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.changed = False
        """Whether a record was written or removed; a note of the audit is none."""

    def add(self, record: AccountRecord) -> None:
        """Write a new record; raise Conflict when its id or name is taken."""
        self.changed = True
        if not self._connection.execute(sql.INSERT, _row(record)):
            raise taken(record)

    def save(self, record: AccountRecord) -> None:
        """Write a record over the one of its id, if there is one; Conflict for a taken name."""
        self.changed = True
        row = _row(record)
        if not self._connection.execute(sql.UPDATE, row):
            self.add(record)

    def remove(self, kind: type[AccountRecord], record_id: str) -> bool:
        """Remove a record; tell whether there was one."""
        self.changed = True
        values = {"kind": NAMES[kind], "id": record_id}
        return self._connection.execute(sql.DELETE, values) > 0

    def forget(self, now: datetime) -> int:
        """Remove sessions, steps, links and counts of guesses that have ended; return how many."""
        self.changed = True
        return self._connection.execute(sql.FORGET, {"now": _moment(now)})

    def note(self, chain: str, notes: Sequence[AuditNote]) -> None:
        """Add what was done to the end of a chain; a note whose source is there is passed over."""
        head = self.head(chain)
        for note in notes:
            if self._connection.row(sql.NOTED, {"chain": chain, "source": note.source}):
                continue
            entry = chained(head, note)
            self._connection.execute(sql.APPEND, asdict(entry))
            head = entry.head


def _row(record: AccountRecord) -> dict[str, str | None]:
    keys = account_keys(record)
    end = end_of(record)
    return {
        "kind": NAMES[type(record)],
        "id": record.id,
        "ends_at": _moment(end) if end else None,
        "body": encode(record),
        **{key.value: keys.get(key) for key in AccountKey},
    }


def _head(row: Row) -> AuditHead:
    chain, sequence, end = row
    return AuditHead(chain=chain, sequence=sequence, hash=end)


def _entry(row: Row) -> AuditEntry:
    return AuditEntry(**dict(zip(_COLUMNS, row, strict=True)))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
