"""Reading: a view of one organisation's partition, as of a commit.

What came after that commit is not seen; of what has been changed since, the newer state may be.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, TypeVar

from net30.adapters.cosmos import questions as ask
from net30.adapters.cosmos.documents import check_text, checkpoint_id, record_id
from net30.adapters.cosmos.head import Head
from net30.adapters.cosmos.marks import Marks
from net30.adapters.cosmos.partition import Document, Partition
from net30.adapters.cosmos.questions import Question, of_kind
from net30.domain.aggregates import Aggregate, Key
from net30.domain.events import RecordedEvent
from net30.ports.store import NAMES_MAX, PAGE_ROWS_MAX, Stored
from net30.stored.codec import decode, decode_event
from net30.stored.personal import keys_in, opened
from net30.stored.refusals import NAMES, missing

A = TypeVar("A", bound=Aggregate)

DOCUMENTS_KEPT_MAX = 512
"""Documents that a view keeps in memory; an organisation and a customer are asked for often."""


class CosmosReading:
    """A view of one organisation's aggregates."""

    def __init__(self, partition: Partition, head: Head, beside: Marks | None = None) -> None:
        self._partition = partition
        self._head = head
        self._beside = beside
        self._kept: dict[str, Document] = {}
        self._ended = False

    @property
    def organisation(self) -> str:
        """Return the organisation's id."""
        return self._partition.name

    def load(self, kind: type[A], aggregate_id: str) -> Stored[A]:
        """Return one aggregate; raise NotFound."""
        found = self._document(record_id(kind, aggregate_id))
        if found is None:
            raise missing(kind, aggregate_id)
        return _stored(kind, found)

    def find(self, kind: type[A], key: Key, value: str) -> tuple[Stored[A], ...]:
        """Return the aggregates with that key, by id, at most PAGE_ROWS_MAX."""
        check_text(value)
        is_ours = of_kind(NAMES[kind])
        question = Question(
            ask.FIND[key],
            self._values(kind, value=value),
            lambda one: is_ours(one) and one.get(key.value) == value,
        )
        return self._all(kind, question, PAGE_ROWS_MAX)

    def load_many(self, kind: type[A], ids: Collection[str]) -> dict[str, Stored[A]]:
        """Return those of many aggregates that are there, by id, in few questions."""
        found: dict[str, Stored[A]] = {}
        is_ours, wanted = of_kind(NAMES[kind]), set(ids)
        for text, values in ask.of_many(ask.LOAD_MANY, ids):
            question = Question(
                text,
                self._values(kind, **values),
                lambda one: is_ours(one) and one["aggregate"] in wanted,
            )
            for stored in self._all(kind, question, len(wanted)):
                found[stored.value.id] = stored
        return found

    def find_many(
        self, kind: type[A], key: Key, values: Collection[str], *, after: str = "", limit: int = 100
    ) -> dict[str, tuple[Stored[A], ...]]:
        """Return the aggregates with each of many values of a key, by id, in few questions."""
        found: dict[str, list[Stored[A]]] = {}
        is_ours, wanted, most = of_kind(NAMES[kind]), set(values), min(limit, PAGE_ROWS_MAX)
        for text, asked in ask.of_many(ask.FIND_MANY[key], values):
            question = Question(
                text,
                self._values(kind, after=after, **asked),
                lambda one: (
                    is_ours(one) and one.get(key.value) in wanted and one["aggregate"] > after
                ),
            )
            for document in self._answers(question, NAMES_MAX):
                of_value = found.setdefault(document[key.value], [])
                if len(of_value) < most:
                    of_value.append(_stored(kind, document))
        return {value: tuple(found[value]) for value in sorted(found)}

    def page(self, kind: type[A], *, after: str = "", limit: int = 100) -> tuple[Stored[A], ...]:
        """Return the next aggregates of a kind in the order of their ids, after one id."""
        is_ours = of_kind(NAMES[kind])
        question = Question(
            ask.PAGE,
            self._values(kind, after=after),
            lambda one: is_ours(one) and one["aggregate"] > after,
        )
        return self._all(kind, question, min(limit, PAGE_ROWS_MAX))

    def latest(self, kind: type[A], *, before: str = "", limit: int = 100) -> tuple[Stored[A], ...]:
        """Return aggregates of a kind from the last id down, before one id."""
        is_ours = of_kind(NAMES[kind])
        more = {"before": before} if before else {}
        question = Question(
            ask.LATEST_BEFORE if before else ask.LATEST,
            self._values(kind, **more),
            lambda one: is_ours(one) and (not before or one["aggregate"] < before),
            descending=True,
        )
        return self._all(kind, question, min(limit, PAGE_ROWS_MAX))

    def events(self, *, after: int = 0, limit: int = PAGE_ROWS_MAX) -> tuple[RecordedEvent, ...]:
        """Return the organisation's events in their order, after one sequence number."""
        if after >= self._last_sequence():
            self._check_open()
            return ()
        question = Question(
            ask.EVENTS,
            {"after": after, "last": self._last_sequence()},
            lambda one: one["type"] == "event" and one["sequence"] > after,
            order="sequence",
        )
        return self._recorded(self._answers(question, min(limit, PAGE_ROWS_MAX)))

    def events_naming(self, name: str, *, limit: int = 100) -> tuple[RecordedEvent, ...]:
        """Return the latest events that name a record by its id, the last first."""
        check_text(name)
        question = Question(
            ask.EVENTS_NAMING,
            {"named": name, "last": self._last_sequence()},
            lambda one: one["type"] == "event" and name in one["names"],
            order="sequence",
            descending=True,
        )
        return self._recorded(self._answers(question, min(limit, PAGE_ROWS_MAX)))

    def last_event(self) -> tuple[int, str]:
        """Return the sequence and the id of the organisation's latest event; (0, "") at first."""
        return self._head.sequence, self._head.event

    def taken_in(self, projection: str) -> int:
        """Return the last event sequence that a projection has taken in; 0 at first."""
        if self._beside and self._beside.keeps(projection):
            return self._beside.checkpoint(self.organisation, projection)
        found = self._partition.read(checkpoint_id(projection))
        return int(found["sequence"]) if found else 0

    def names(self, kind: type[A]) -> tuple[tuple[str, str], ...]:
        """Return (id, folded name) of what is found by Key.NAME, by id, NAMES_MAX at most."""
        is_ours = of_kind(NAMES[kind])
        question = Question(
            ask.NAMES, self._values(kind), lambda one: is_ours(one) and bool(one.get("name"))
        )
        return tuple((one["aggregate"], one["name"]) for one in self._answers(question, NAMES_MAX))

    def last_numbers(self) -> dict[tuple[str, int], int]:
        """Return the last number given in each (series, year)."""
        return self._by_series(self._head.numbers)

    def end(self) -> None:
        """Answer no more."""
        self._ended = True

    def _by_series(self, numbers: Mapping[str, int]) -> dict[tuple[str, int], int]:
        split = ((name.rpartition("/"), last) for name, last in numbers.items())
        return {(series, int(year)): last for (series, _, year), last in split}

    def _check_open(self) -> None:
        if self._ended:
            raise RuntimeError("this view of the books is closed")

    def _last_sequence(self) -> int:
        return self._head.sequence

    def _born_max(self) -> int:
        """Return the last commit that this view sees."""
        return self._head.commits

    def _values(self, kind: type, **more: object) -> dict[str, object]:
        return {"kind": NAMES[kind], "born": self._born_max(), **more}

    def _document(self, document_id: str) -> Document | None:
        """Return a document that this view sees."""
        self._check_open()
        if document_id in self._kept:
            return self._kept[document_id]
        found = self._partition.read(document_id)
        if found is None or found.get("born", 0) > self._born_max():
            return None
        return self._keep(found)

    def _keep(self, document: Document) -> Document:
        if len(self._kept) >= DOCUMENTS_KEPT_MAX:
            self._kept.clear()
        self._kept[document["id"]] = document
        return document

    def _answers(self, question: Question, limit: int) -> Iterable[Document]:
        self._check_open()
        return self._partition.ask(question.text, question.values, limit)

    def _all(self, kind: type[A], question: Question, limit: int) -> tuple[Stored[A], ...]:
        found = (self._keep(one) for one in self._answers(question, limit))
        return tuple(_stored(kind, one) for one in found)

    def _recorded(self, documents: Iterable[Document]) -> tuple[RecordedEvent, ...]:
        events = list(documents)
        pads = self._pads(keys_in(one["body"] for one in events))
        return tuple(self._event(one, pads) for one in events)

    def _pads(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the pads of personal texts that are still there."""
        found: dict[str, str] = {}
        wanted = set(keys)
        for text, values in ask.of_many(ask.PADS, keys):
            question = Question(
                text, values, lambda one: one["type"] == "pad" and one["key"] in wanted, order="key"
            )
            for one in self._answers(question, len(wanted)):
                found[one["key"]] = one["pad"]
        return found

    def _event(self, one: Document, pads: dict[str, str]) -> RecordedEvent:
        # The digest is that of the same row in SQL, so that the audit holds in every store.
        row = [one["sequence"], one["event"], one["event_name"], one["body"]]
        row += [one["at"], one["known_on"], one["user"]]
        return RecordedEvent(
            sequence=one["sequence"],
            id=one["event"],
            organisation=self.organisation,
            at=datetime.fromisoformat(one["at"]),
            known_on=date.fromisoformat(one["known_on"]),
            user=one["user"],
            event=decode_event(one["event_name"], opened(one["body"], pads)),
            digest=sha256(json.dumps(row).encode()).hexdigest(),
        )


def _stored(kind: type[A], document: dict[str, Any]) -> Stored[A]:  # Any: a Document
    return Stored(decode(kind, document["body"]), document["version"])
