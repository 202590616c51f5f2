"""Store: aggregates, events and numbers in SQL; every statement names its organisation."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from net30.adapters.sql import claims
from net30.adapters.sql import statements as sql
from net30.adapters.sql.connection import Connection, Row, Values
from net30.adapters.sql.database import Database
from net30.adapters.sql.opening import open_database
from net30.domain.aggregates import UNIQUE_KEYS, Aggregate, Key, keys_of
from net30.domain.events import Event, RecordedEvent
from net30.domain.naming import ids_in
from net30.kernel.errors import Conflict
from net30.kernel.ids import new_id
from net30.ports.store import (
    KEYS_KEPT_DAYS,
    NAMES_MAX,
    NEW,
    PAGE_ROWS_MAX,
    Lease,
    Remembered,
    Stored,
    Wall,
    claim_lost,
)
from net30.stored.codec import decode, decode_event, encode, encode_ids
from net30.stored.personal import keys_in, opened
from net30.stored.refusals import NAMES, changed, key_taken, missing, refusal
from net30.stored.subjects import sealed_event, subject_of

A = TypeVar("A", bound=Aggregate)

EVERY_ORGANISATION = "*"
"""What a view is opened for that sees which organisations there are, and nothing else of them."""
BODY = 3
"""The column of an event's body in the rows of EVENTS."""
FORGET_EVERY = timedelta(hours=1)
LOADED_MAX = 256
"""Aggregates that a view keeps in memory; an organisation and a customer are asked for often."""


def build(url: str) -> SqlStore:
    """Return the store in the database of a URL; raise what open_database raises."""
    return SqlStore(open_database(url))


class SqlStore:
    """The books of all organisations in one SQLite or PostgreSQL database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._forgotten: dict[str, datetime] = {}

    @contextmanager
    def reading(self, organisation: str) -> Iterator[SqlReading]:
        """Open a consistent view of one organisation."""
        with self.database.reading(organisation) as connection:
            yield SqlReading(connection, organisation)

    @contextmanager
    def transaction(self, organisation: str) -> Iterator[SqlTransaction]:
        """Open a transaction of one organisation; its transactions follow one another.

        So what a transaction has read stays true until it commits, on both databases.
        """
        with self.database.writing(organisation, alone=True) as connection:
            yield SqlTransaction(connection, organisation, self._forgotten)

    def wall(self) -> Wall:
        """Tell whether the database itself keeps organisations apart."""
        if self.database.dialect != "postgresql":
            return "none"
        with self.database.reading() as connection:
            passes = connection.row(sql.PASSES_THE_WALL)
        return "bypassed" if passes and passes[0] else "in_force"

    def organisations(self) -> tuple[str, ...]:
        """Return the ids of all organisations."""
        with self.database.reading(EVERY_ORGANISATION) as connection:
            return tuple(str(found) for (found,) in connection.rows(sql.ORGANISATIONS))

    def checkpoint(self, organisation: str, projection: str) -> int:
        """Return the last event sequence that a projection has taken in; 0 at first."""
        with self.reading(organisation) as books:
            return books.taken_in(projection)

    def advance(self, organisation: str, projection: str, sequence: int, holder: str = "") -> None:
        """Move a projection's checkpoint forward; of a holder only while it holds the claim."""
        with self.database.writing(organisation) as connection:
            if holder and not claims.still_holds(connection, organisation, projection, holder):
                raise claim_lost(projection)
            _advance(connection, organisation, projection, sequence)

    def claim(self, organisation: str, names: Collection[str], lease: Lease) -> frozenset[str]:
        """Claim what nobody else holds; return what that is."""
        with self.database.reading(organisation) as connection:
            free = set(names) - claims.of_others(connection, organisation, lease)
        if not free:
            return frozenset()
        with self.database.writing(organisation) as connection:
            return claims.take(connection, organisation, free, lease)

    def renew(self, organisation: str, names: Collection[str], lease: Lease) -> frozenset[str]:
        """Hold for longer what the holder still holds; return what that is."""
        with self.database.writing(organisation) as connection:
            return claims.renew(connection, organisation, names, lease)

    def let_go(self, organisation: str, places: Mapping[str, int], holder: str) -> None:
        """End a holder's claims, each with its checkpoint moved forward."""
        with self.database.writing(organisation) as connection:
            ended = claims.let_go(connection, organisation, places, holder)
            for name in sorted(name for name in ended if places[name]):
                _advance(connection, organisation, name, places[name])

    def close(self) -> None:
        """Close the database."""
        self.database.close()


class SqlReading:
    """A consistent view of one organisation's aggregates."""

    def __init__(self, connection: Connection, organisation: str) -> None:
        self._connection = connection
        self._organisation = organisation
        # A view does not change and an aggregate cannot, so what was read once need not be again.
        self._loaded: dict[tuple[type, str], Any] = {}  # Any: Stored of the kind in the key

    @property
    def organisation(self) -> str:
        """Return the organisation's id."""
        return self._organisation

    def load(self, kind: type[A], aggregate_id: str) -> Stored[A]:
        """Return one aggregate; raise NotFound."""
        known = self._loaded.get((kind, aggregate_id))
        if known is not None:
            return known  # type: ignore[no-any-return] # the key says of which kind it is
        found = self._connection.row(sql.LOAD, self._where(kind) | {"id": aggregate_id})
        if found is None:
            raise missing(kind, aggregate_id)
        if len(self._loaded) >= LOADED_MAX:
            self._loaded.clear()
        stored = self._loaded[kind, aggregate_id] = _stored(kind, found)
        return stored

    def find(self, kind: type[A], key: Key, value: str) -> tuple[Stored[A], ...]:
        """Return the aggregates with that key, by id, at most PAGE_ROWS_MAX."""
        values = self._where(kind) | {"value": value, "limit": PAGE_ROWS_MAX}
        found = tuple(_stored(kind, row) for row in self._connection.rows(sql.FIND[key], values))
        if len(found) == 1 and len(self._loaded) < LOADED_MAX:
            # Who is found by name or number is asked for by its id next.
            self._loaded[kind, found[0].value.id] = found[0]
        return found

    def load_many(self, kind: type[A], ids: Collection[str]) -> dict[str, Stored[A]]:
        """Return those of many aggregates that are there, by id, in few questions."""
        found: dict[str, Stored[A]] = {}
        for statement, values in sql.of_many(sql.LOAD_MANY, ids):
            for name, *row in self._connection.rows(statement, self._where(kind) | values):
                found[name] = _stored(kind, tuple(row))
        return found

    def find_many(
        self, kind: type[A], key: Key, values: Collection[str], *, after: str = "", limit: int = 100
    ) -> dict[str, tuple[Stored[A], ...]]:
        """Return the aggregates with each of many values of a key, by id, in few questions."""
        asked = self._where(kind) | {"after": after, "limit": min(limit, PAGE_ROWS_MAX)}
        found: dict[str, list[Stored[A]]] = {}
        for statement, wanted in sql.of_many(sql.FIND_MANY[key], values):
            for value, *row in self._connection.rows(statement, asked | wanted):
                found.setdefault(value, []).append(_stored(kind, tuple(row)))
        return {value: tuple(rows) for value, rows in found.items()}

    def page(self, kind: type[A], *, after: str = "", limit: int = 100) -> tuple[Stored[A], ...]:
        """Return the next aggregates of a kind in the order of their ids, after one id."""
        values = self._where(kind) | {"after": after, "limit": min(limit, PAGE_ROWS_MAX)}
        return tuple(_stored(kind, row) for row in self._connection.rows(sql.PAGE, values))

    def latest(self, kind: type[A], *, before: str = "", limit: int = 100) -> tuple[Stored[A], ...]:
        """Return aggregates of a kind from the last id down, before one id."""
        values = self._where(kind) | {"limit": min(limit, PAGE_ROWS_MAX)}
        if before:
            rows = self._connection.rows(sql.LATEST_BEFORE, values | {"before": before})
        else:
            rows = self._connection.rows(sql.LATEST, values)
        return tuple(_stored(kind, row) for row in rows)

    def events(self, *, after: int = 0, limit: int = PAGE_ROWS_MAX) -> tuple[RecordedEvent, ...]:
        """Return the organisation's events in their order, after one sequence number."""
        values: Values = {
            "organisation": self._organisation,
            "after": after,
            "limit": min(limit, PAGE_ROWS_MAX),
        }
        return self._all_recorded(self._connection.rows(sql.EVENTS, values))

    def events_naming(self, name: str, *, limit: int = 100) -> tuple[RecordedEvent, ...]:
        """Return the latest events that name a record by its id, the last first."""
        values: Values = {
            "organisation": self._organisation,
            "named": name,
            "limit": min(limit, PAGE_ROWS_MAX),
        }
        return self._all_recorded(self._connection.rows(sql.EVENTS_NAMING, values))

    def last_event(self) -> tuple[int, str]:
        """Return the sequence and the id of the organisation's latest event; (0, "") at first."""
        row = self._connection.row(sql.LAST_EVENT, {"organisation": self._organisation})
        return (int(row[0]), str(row[1])) if row else (0, "")

    def taken_in(self, projection: str) -> int:
        """Return the last event sequence that a projection has taken in; 0 at first."""
        found = self._connection.row(
            sql.CHECKPOINT, {"organisation": self._organisation, "projection": projection}
        )
        return int(found[0]) if found else 0

    def names(self, kind: type[A]) -> tuple[tuple[str, str], ...]:
        """Return (id, folded name) of what is found by Key.NAME, by id, NAMES_MAX at most."""
        values = self._where(kind) | {"limit": NAMES_MAX}
        return tuple((found, name) for found, name in self._connection.rows(sql.NAMES, values))

    def last_numbers(self) -> dict[tuple[str, int], int]:
        """Return the last number given in each (series, year)."""
        rows = self._connection.rows(sql.LAST_NUMBERS, {"organisation": self._organisation})
        return {(series, year): last for series, year, last in rows}

    def _where(self, kind: type) -> dict[str, str | int | None]:
        return {"organisation": self._organisation, "kind": NAMES[kind]}

    def _pads(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the pads of personal texts that are still there."""
        found: dict[str, str] = {}
        for statement, values in sql.of_many(sql.PADS, keys):
            asked = values | {"organisation": self._organisation}
            found |= dict(self._connection.rows(statement, asked))
        return found

    def _all_recorded(self, rows: Sequence[Row]) -> tuple[RecordedEvent, ...]:
        pads = self._pads(keys_in(row[BODY] for row in rows))
        return tuple(self._recorded(row, pads) for row in rows)

    def _recorded(self, row: Row, pads: Mapping[str, str]) -> RecordedEvent:
        sequence, event_id, name, body, at, known_on, user = row
        return RecordedEvent(
            sequence=sequence,
            id=event_id,
            organisation=self._organisation,
            at=datetime.fromisoformat(at),
            known_on=date.fromisoformat(known_on),
            user=user,
            event=decode_event(name, opened(body, pads)),
            digest=sha256(json.dumps(row).encode()).hexdigest(),
        )


class SqlTransaction(SqlReading):
    """Changes of one organisation that happen together or not at all."""

    def __init__(
        self,
        connection: Connection,
        organisation: str,
        forgotten: dict[str, datetime] | None = None,
    ) -> None:
        super().__init__(connection, organisation)
        # When each organisation's old idempotency keys were last forgotten, by this process.
        self._forgotten = {} if forgotten is None else forgotten

    def save(self, aggregate: Aggregate, *, expected: int) -> None:
        """Write an aggregate over the version it was read at (NEW for a new one).

        Raises Conflict when another change came first, or when a unique key is taken; the
        transaction can go on after it.
        """
        statement = sql.INSERT if expected == NEW else sql.UPDATE
        self._loaded.pop((type(aggregate), aggregate.id), None)
        values = self._row(aggregate) | {"expected": expected}
        if not self._connection.execute(statement, values):
            raise self._refusal(aggregate, expected)

    def save_new(self, aggregates: Sequence[Aggregate]) -> None:
        """Write many new aggregates at once; raise Conflict, and write none, when one exists."""
        if not aggregates:
            return
        self._connection.execute("SAVEPOINT many")
        rows = [self._row(aggregate) for aggregate in aggregates]
        if self._connection.execute_many(sql.INSERT, rows) == len(rows):
            self._connection.execute("RELEASE SAVEPOINT many")
            return
        self._connection.execute("ROLLBACK TO SAVEPOINT many")
        self._connection.execute("RELEASE SAVEPOINT many")
        taken = next((one for one in aggregates if self._is_taken(one)), aggregates[0])
        raise self._refusal(taken, NEW)

    def delete(self, kind: type[Aggregate], aggregate_id: str, *, expected: int) -> None:
        """Remove an aggregate (a draft); raise Conflict when another change came first."""
        self._loaded.pop((kind, aggregate_id), None)
        values = self._where(kind) | {"id": aggregate_id, "expected": expected}
        if not self._connection.execute(sql.DELETE, values):
            raise changed(kind, aggregate_id)

    def next_number(self, series: str, year: int) -> int:
        """Return the next number of a series, from 1.

        It is given back when the transaction is undone, so no gap can come of it.
        """
        values: Values = {"organisation": self._organisation, "series": series, "year": year}
        return int(self._connection.rows(sql.NEXT_NUMBER, values)[0][0])

    def append(self, event: Event, *, at: datetime, known_on: date, user: str) -> None:
        """Write what happened, in the same transaction; its personal texts are sealed."""
        values: Values = {
            "organisation": self._organisation,
            "id": new_id(at),
            "name": event.name,
            "body": encode(self._sealed(event, at)),
            "recorded_at": _moment(at),
            "known_on": known_on.isoformat(),
            "recorded_by": user,
            "named": encode_ids(ids_in(event)),
        }
        for statement in sql.APPEND[self._connection.dialect]:
            self._connection.execute(statement, values)

    def shred(self, customer_id: str) -> int:
        """Remove the keys of all personal texts about a customer; return how many there were."""
        values = {"organisation": self._organisation, "customer": customer_id}
        return self._connection.execute(sql.SHRED, values)

    def _sealed(self, event: Event, at: datetime) -> Event:
        """Return an event with its personal texts sealed, each with a key of its own."""
        sealed, pads = sealed_event(event, at)
        if pads:
            values = {"organisation": self._organisation, "customer": subject_of(event, self)}
            for key, pad in pads.items():
                self._connection.execute(sql.KEEP_PAD, values | {"id": key, "pad": pad})
        return sealed

    def recall(self, key: str) -> Remembered | None:
        """Return what an idempotency key stands for."""
        found = self._connection.row(sql.RECALL, {"organisation": self._organisation, "key": key})
        return Remembered(found[0], found[1]) if found else None

    def remember(self, key: str, request: str, answer: str, *, at: datetime) -> None:
        """Keep the answer of a request under its idempotency key; raise Conflict when taken.

        Keys older than KEYS_KEPT_DAYS before `at` are forgotten, an hour later at the latest.
        """
        self._forget_keys(at)
        values = {
            "organisation": self._organisation,
            "key": key,
            "request": request,
            "answer": answer,
            "remembered_at": _moment(at),
        }
        if not self._connection.execute(sql.REMEMBER, values):
            raise key_taken(key)

    def reword_answers(self, reword: Callable[[str], str]) -> int:
        """Change the answers that are kept for repeated requests; return how many changed."""
        after, changed = "", 0
        while rows := self._answers(after):
            after = rows[-1][0]
            for key, answer in rows:
                told = reword(answer)
                if told != answer:
                    values: Values = {"organisation": self._organisation, "key": key}
                    changed += self._connection.execute(sql.REWORD, {**values, "answer": told})
        return changed

    def _answers(self, after: str) -> list[Row]:
        values: Values = {
            "organisation": self._organisation,
            "after": after,
            "limit": PAGE_ROWS_MAX,
        }
        return self._connection.rows(sql.ANSWERS, values)

    def _forget_keys(self, at: datetime) -> None:
        """Forget old keys, now and then: they harm nobody for an hour more."""
        last = self._forgotten.get(self._organisation)
        if last and last <= at < last + FORGET_EVERY:
            return
        oldest = _moment(at - timedelta(days=KEYS_KEPT_DAYS))
        self._connection.execute(sql.FORGET, {"organisation": self._organisation, "oldest": oldest})
        self._forgotten[self._organisation] = at

    def _row(self, aggregate: Aggregate) -> dict[str, str | int | None]:
        itself = {"id": aggregate.id, "body": encode(aggregate)}
        return self._where(type(aggregate)) | itself | _NO_KEYS | keys_of(aggregate)

    def _is_taken(self, aggregate: Aggregate) -> bool:
        kind = type(aggregate)
        if self._connection.row(sql.LOAD, self._where(kind) | {"id": aggregate.id}):
            return True
        keys = keys_of(aggregate)
        return any(self.find(kind, key, keys[key]) for key in UNIQUE_KEYS & keys.keys())

    def _refusal(self, aggregate: Aggregate, expected: int) -> Conflict:
        """Return why a row could not be written: a newer version of it, or another's unique key."""
        kind = type(aggregate)

        def is_anothers(key: Key, value: str) -> bool:
            return any(other.value.id != aggregate.id for other in self.find(kind, key, value))

        return refusal(aggregate, is_new=expected == NEW, is_anothers=is_anothers)


_NO_KEYS = dict.fromkeys((key.value for key in Key), None)


def _stored(kind: type[A], row: Row) -> Stored[A]:
    body, version = row
    return Stored(decode(kind, body), version)


def _advance(connection: Connection, organisation: str, projection: str, sequence: int) -> None:
    values: Values = {"organisation": organisation, "projection": projection, "sequence": sequence}
    connection.execute(sql.ADVANCE, values)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
