"""Accounts: users, keys, sessions and the audit, all in one partition beside the organisations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from itertools import count
from typing import TypeVar

from net30.adapters.cosmos import documents as docs
from net30.adapters.cosmos.changes import Changes, answers
from net30.adapters.cosmos.commit import settled
from net30.adapters.cosmos.line import Lines
from net30.adapters.cosmos.partition import Books, Document, Partition
from net30.adapters.cosmos.questions import Question
from net30.domain.audit import AuditEntry, AuditHead, AuditNote, chained
from net30.domain.identity.records import AccountKey, AccountRecord, account_keys
from net30.ports.accounts import RECORDS_PER_PAGE_MAX
from net30.stored.account_rows import NAMES, missing, taken
from net30.stored.codec import decode

R = TypeVar("R", bound=AccountRecord)

PARTITION = "*accounts"
"""No organisation has a name that begins so."""
MANY = 1_000_000

_FIELDS = tuple(field.name for field in fields(AuditEntry))
_PATHS = {
    AccountKey.NAME: "name",
    AccountKey.OWNER: "owner",
    AccountKey.ORGANISATION: docs.WITHIN,
}

_OF_KIND = "SELECT * FROM c WHERE c.type = 'account' AND c.kind = @kind"
FIND = {
    key: f"{_OF_KIND} AND c.{path} = @value ORDER BY c.record ASC" for key, path in _PATHS.items()
}
PAGE = f"{_OF_KIND} AND c.record > @after ORDER BY c.record ASC"
ENDED = "SELECT * FROM c WHERE c.type = 'account' AND c.ends_at <= @now ORDER BY c.ends_at ASC"
CHAINS = "SELECT * FROM c WHERE c.type = 'chain' ORDER BY c.chain ASC"
ENTRIES = (
    "SELECT * FROM c WHERE c.type = 'audit' AND c.chain = @chain AND c.sequence > @after "
    "ORDER BY c.sequence ASC"
)


class CosmosAccounts:
    """The accounts of an installation."""

    def __init__(self, books: Books, lines: Lines) -> None:
        """Keep accounts in a container; the lines are those of the store, which closes them."""
        self._partition = books.partition(PARTITION)
        self._lines = lines
        self._changes = count(1)
        self.changes = 0
        """How many changes of records this process has made."""

    @contextmanager
    def reading(self) -> Iterator[CosmosAccountsReading]:
        """Open a view; each of its questions is answered as things are then."""
        settled(self._partition)
        yield CosmosAccountsReading(self._partition)

    @contextmanager
    def writing(self) -> Iterator[CosmosAccountsWriting]:
        """Open a change; changes of accounts follow one another, in all processes."""
        line = self._lines.of(PARTITION)
        with line.turn() as turn:
            tx = CosmosAccountsWriting(turn.partition)
            yield tx
            if len(tx.written):
                try:
                    line.commit(turn, tx.written, turn.head)
                finally:
                    if tx.changed:  # made or not: then it is counted once too often
                        self.changes = next(self._changes)


class CosmosAccountsReading:
    """A view of all accounts."""

    def __init__(self, partition: Partition) -> None:
        self._partition = partition

    def load(self, kind: type[R], record_id: str) -> R:
        """Return one record; raise NotFound."""
        found = self.get(kind, record_id)
        if found is None:
            raise missing(kind, record_id)
        return found

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or None."""
        found = self._document(docs.account_id(kind, record_id))
        return decode(kind, found["body"]) if found else None

    def find(self, kind: type[R], key: AccountKey, value: str) -> tuple[R, ...]:
        """Return the records with that key, by id, at most RECORDS_PER_PAGE_MAX."""
        found = self._with_key(kind, key, value)
        return tuple(decode(kind, one["body"]) for one in found)

    def page(self, kind: type[R], *, after: str = "", limit: int = 100) -> tuple[R, ...]:
        """Return the next records of a kind in the order of their ids, after one id."""
        question = Question(
            PAGE,
            {"kind": NAMES[kind], "after": after},
            lambda one: _is_of(one, kind) and one["record"] > after,
            "record",
        )
        found = self._answers(question, min(limit, RECORDS_PER_PAGE_MAX))
        return tuple(decode(kind, one["body"]) for one in found)

    def chains(self) -> tuple[AuditHead, ...]:
        """Return the head of every chain of the audit that has an entry, by name."""
        question = Question(CHAINS, {}, lambda one: one["type"] == "chain", "chain")
        return tuple(_head(one) for one in self._answers(question, MANY))

    def head(self, chain: str) -> AuditHead:
        """Return the head of a chain; sequence 0 while it has no entry."""
        found = self._document(docs.chain_id(chain))
        return _head(found) if found else AuditHead(chain=chain)

    def entries(
        self, chain: str, *, after: int = 0, limit: int = RECORDS_PER_PAGE_MAX
    ) -> tuple[AuditEntry, ...]:
        """Return the entries of a chain in their order, after one sequence number."""
        question = Question(
            ENTRIES,
            {"chain": chain, "after": after},
            lambda one: (
                one["type"] == "audit" and one["chain"] == chain and one["sequence"] > after
            ),
            "sequence",
        )
        found = self._answers(question, min(limit, RECORDS_PER_PAGE_MAX))
        return tuple(AuditEntry(**{name: one[name] for name in _FIELDS}) for one in found)

    def _with_key(self, kind: type, key: AccountKey, value: str) -> list[Document]:
        docs.check_text(value)
        path = _PATHS[key]
        question = Question(
            FIND[key],
            {"kind": NAMES[kind], "value": value},
            lambda one: _is_of(one, kind) and one.get(path) == value,
            "record",
        )
        return list(self._answers(question, RECORDS_PER_PAGE_MAX))

    def _document(self, document_id: str) -> Document | None:
        return self._partition.read(document_id)

    def _answers(self, question: Question, limit: int) -> Iterable[Document]:
        return self._partition.ask(question.text, question.values, limit)


class CosmosAccountsWriting(CosmosAccountsReading):
    """Changes of accounts that happen together or not at all."""

    def __init__(self, partition: Partition) -> None:
        super().__init__(partition)
        self.written = Changes()
        self.changed = False
        """Whether a record was written or removed; a note of the audit is none."""

    def add(self, record: AccountRecord) -> None:
        """Write a new record; raise Conflict when its id or name is taken."""
        found = self._document(docs.account_id(type(record), record.id))
        if found or self._name_is_anothers(record):
            raise taken(record)
        self._put(record, None)

    def save(self, record: AccountRecord) -> None:
        """Write a record over the one of its id, if there is one; Conflict for a taken name."""
        found = self._document(docs.account_id(type(record), record.id))
        name = account_keys(record).get(AccountKey.NAME)
        if (found is None or found.get("name") != name) and self._name_is_anothers(record):
            raise taken(record)
        self._put(record, found)

    def remove(self, kind: type[AccountRecord], record_id: str) -> bool:
        """Remove a record; tell whether there was one."""
        self.changed = True
        found = self._document(docs.account_id(kind, record_id))
        if found is None:
            return False
        self.written.remove(found)
        return True

    def forget(self, now: datetime) -> int:
        """Remove sessions, steps, links and counts of guesses that have ended; return how many."""
        self.changed = True
        until = docs.moment(now)
        question = Question(
            ENDED,
            {"now": until},
            lambda one: one["type"] == "account" and one.get("ends_at", "~") <= until,
            "ends_at",
        )
        ended = list(self._answers(question, MANY))
        for found in ended:
            self.written.remove(found)
        return len(ended)

    def note(self, chain: str, notes: Sequence[AuditNote]) -> None:
        """Add what was done to the end of a chain; a note whose source is there is passed over."""
        found = self._document(docs.chain_id(chain))
        head = _head(found) if found else AuditHead(chain=chain)
        for note in notes:
            if self._document(docs.note_id(chain, note.source)):
                continue
            entry = chained(head, note)
            self.written.put(docs.note(entry), None)
            head = entry.head
        if head.sequence != (found["sequence"] if found else 0):
            ours = {"chain": chain, "sequence": head.sequence, "hash": head.hash}
            self.written.put({"id": docs.chain_id(chain), "type": "chain", **ours}, found)

    def _put(self, record: AccountRecord, found: Document | None) -> None:
        self.changed = True
        self.written.put(docs.account(record), found)

    def _name_is_anothers(self, record: AccountRecord) -> bool:
        name = account_keys(record).get(AccountKey.NAME)
        if name is None:
            return False
        found = self._with_key(type(record), AccountKey.NAME, name)
        return any(one["record"] != record.id for one in found)

    def _document(self, document_id: str) -> Document | None:
        if document_id in self.written:
            return self.written.get(document_id)
        return super()._document(document_id)

    def _answers(self, question: Question, limit: int) -> Iterable[Document]:
        return answers(self.written, question, super()._answers, limit)


def _is_of(one: Document, kind: type) -> bool:
    return (one["type"], one.get("kind")) == ("account", NAMES[kind])


def _head(one: Document) -> AuditHead:
    return AuditHead(chain=one["chain"], sequence=one["sequence"], hash=one["hash"])
