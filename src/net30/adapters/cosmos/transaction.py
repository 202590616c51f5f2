"""Transaction: changes of one organisation, kept here until all are written at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from net30.adapters.cosmos import documents as docs
from net30.adapters.cosmos import questions as ask
from net30.adapters.cosmos.changes import Changes, answers
from net30.adapters.cosmos.head import Head
from net30.adapters.cosmos.marks import Marks
from net30.adapters.cosmos.partition import Document
from net30.adapters.cosmos.questions import Question
from net30.adapters.cosmos.reading import CosmosReading
from net30.adapters.cosmos.turn import Turn
from net30.domain.aggregates import UNIQUE_KEYS, Aggregate, Key, keys_of
from net30.domain.events import Event
from net30.domain.naming import ids_in
from net30.kernel.ids import new_id
from net30.ports.store import KEYS_KEPT_DAYS, NAMES_MAX, NEW, Remembered
from net30.stored.codec import encode
from net30.stored.refusals import changed, key_taken, refusal
from net30.stored.subjects import sealed_event, subject_of

FORGOTTEN_AT_ONCE = 50
"""Old answers that one request forgets: with its own changes they stay one batch."""


class CosmosTransaction(CosmosReading):
    """Changes of one organisation that happen together or not at all."""

    def __init__(self, turn: Turn, beside: Marks | None = None) -> None:
        super().__init__(turn.partition, turn.head, beside)
        self.changes = Changes()
        self._sequence, self._event_id = turn.head.sequence, turn.head.event
        self._numbers = dict(turn.head.numbers)

    @property
    def after(self) -> Head:
        """Return what the head is to say after these changes."""
        return replace(
            self._head, sequence=self._sequence, event=self._event_id, numbers=self._numbers
        )

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to write."""
        return not len(self.changes) and self._numbers == self._head.numbers

    def save(self, aggregate: Aggregate, *, expected: int) -> None:
        """Write an aggregate over the version it was read at (NEW for a new one).

        Raises Conflict when another change came first, or when a unique key is taken; the
        transaction can go on after it.
        """
        kind, keys = type(aggregate), keys_of(aggregate)
        found = self._document(docs.record_id(kind, aggregate.id))

        def is_anothers(key: Key, value: str) -> bool:
            if found and found.get(key.value) == value:
                return False
            return any(one.value.id != aggregate.id for one in self.find(kind, key, value))

        is_as_read = (found["version"] if found else NEW) == expected
        taken = any(is_anothers(key, keys[key]) for key in UNIQUE_KEYS & keys.keys())
        if taken or not is_as_read:
            raise refusal(aggregate, is_new=expected == NEW, is_anothers=is_anothers)
        self._put(aggregate, expected + 1, found)

    def save_new(self, aggregates: Sequence[Aggregate]) -> None:
        """Write many new aggregates at once; raise Conflict, and write none, when one exists."""
        for kind in dict.fromkeys(type(one) for one in aggregates):
            self._check_new([one for one in aggregates if type(one) is kind])
        for one in aggregates:
            self._put(one, NEW + 1, None)

    def delete(self, kind: type[Aggregate], aggregate_id: str, *, expected: int) -> None:
        """Remove an aggregate (a draft); raise Conflict when another change came first."""
        found = self._document(docs.record_id(kind, aggregate_id))
        if found is None or found["version"] != expected:
            raise changed(kind, aggregate_id)
        self.changes.remove(found)

    def next_number(self, series: str, year: int) -> int:
        """Return the next number of a series, from 1.

        It is in the head that the commit writes, so no gap can come of an undone transaction.
        """
        name = f"{series}/{year}"
        self._numbers[name] = self._numbers.get(name, 0) + 1
        return self._numbers[name]

    def append(self, event: Event, *, at: datetime, known_on: date, user: str) -> None:
        """Write what happened, in the same transaction; its personal texts are sealed."""
        sealed, pads = sealed_event(event, at)
        self._sequence += 1
        self._event_id = new_id(at)
        self.changes.put(
            {
                "id": docs.event_id(self._sequence),
                "type": "event",
                "sequence": self._sequence,
                "event": self._event_id,
                "event_name": event.name,
                "body": encode(sealed),
                "at": docs.moment(at),
                "known_on": known_on.isoformat(),
                "user": user,
                "names": list(ids_in(event)),
            },
            None,
        )
        subject = subject_of(event, self) if pads else ""
        for key, pad in pads.items():
            name = docs.pad_id(key)
            ours = {"id": name, "type": "pad", "key": key, "customer": subject, "pad": pad}
            self.changes.put(ours, None)

    def shred(self, customer_id: str) -> int:
        """Remove the keys of all personal texts about a customer; return how many there were."""
        docs.check_text(customer_id)
        question = Question(
            ask.PADS_OF,
            {"customer": customer_id},
            lambda one: one["type"] == "pad" and one["customer"] == customer_id,
            order="key",
        )
        pads = list(self._answers(question, NAMES_MAX))
        for found in pads:
            self.changes.remove(found)
        return len(pads)

    def recall(self, key: str) -> Remembered | None:
        """Return what an idempotency key stands for."""
        found = self._document(docs.answer_id(key))
        return Remembered(found["request"], found["answer"]) if found else None

    def remember(self, key: str, request: str, answer: str, *, at: datetime) -> None:
        """Keep the answer of a request under its idempotency key; raise Conflict when taken.

        Keys older than KEYS_KEPT_DAYS before `at` are forgotten, some at a time.
        """
        self._forget_keys(at)
        name = docs.answer_id(key)
        if self._document(name):
            raise key_taken(key)
        self.changes.put(
            {
                "id": name,
                "type": "answer",
                "key": key,
                "request": request,
                "answer": answer,
                "remembered_at": docs.moment(at),
            },
            None,
        )

    def reword_answers(self, reword: Callable[[str], str]) -> int:
        """Change the answers that are kept for repeated requests; return how many changed."""
        question = Question(
            ask.ANSWERS, {"after": ""}, lambda one: one["type"] == "answer", order="id"
        )
        count = 0
        for found in list(self._answers(question, NAMES_MAX)):
            told = reword(found["answer"])
            if told != found["answer"]:
                self.changes.put(_bare(found) | {"answer": told}, found)
                count += 1
        return count

    def last_event(self) -> tuple[int, str]:
        """Return the sequence and the id of the organisation's latest event; (0, "") at first."""
        return self._sequence, self._event_id

    def last_numbers(self) -> dict[tuple[str, int], int]:
        """Return the last number given in each (series, year)."""
        return self._by_series(self._numbers)

    def _last_sequence(self) -> int:
        return self._sequence

    def _document(self, document_id: str) -> Document | None:
        self._check_open()
        if document_id in self.changes:
            return self.changes.get(document_id)
        return super()._document(document_id)

    def _answers(self, question: Question, limit: int) -> Iterable[Document]:
        return answers(self.changes, question, super()._answers, limit)

    def _put(self, aggregate: Aggregate, version: int, found: Document | None) -> None:
        born = found["born"] if found else self._head.commits + 1
        self.changes.put(docs.record(aggregate, version=version, born=born), found)

    def _check_new(self, aggregates: Sequence[Aggregate]) -> None:
        """Raise Conflict when the id or a unique key of one of a kind is taken."""
        kind = type(aggregates[0])
        ids = set(self.load_many(kind, [one.id for one in aggregates]))
        keys = {key: self._taken(aggregates, key) for key in UNIQUE_KEYS}
        for one in aggregates:
            mine = {key: value for key, value in keys_of(one).items() if key in UNIQUE_KEYS}
            if one.id in ids or any(value in keys[key] for key, value in mine.items()):
                raise refusal(one, is_new=True, is_anothers=lambda key, value: value in keys[key])
            ids.add(one.id)
            for key, value in mine.items():
                keys[key].add(value)

    def _taken(self, aggregates: Sequence[Aggregate], key: Key) -> set[str]:
        wanted = [value for one in aggregates if (value := keys_of(one).get(key))]
        return set(self.find_many(type(aggregates[0]), key, wanted, limit=1))

    def _forget_keys(self, at: datetime) -> None:
        oldest = docs.moment(at - timedelta(days=KEYS_KEPT_DAYS))
        question = Question(
            ask.OLD_ANSWERS,
            {"oldest": oldest},
            lambda one: one["type"] == "answer" and one["remembered_at"] < oldest,
            order="id",
        )
        for found in list(self._answers(question, FORGOTTEN_AT_ONCE)):
            self.changes.remove(found)


def _bare(document: Document) -> Document:
    """Return a document without what Cosmos itself wrote into it."""
    return {name: value for name, value in document.items() if not name.startswith("_")}
