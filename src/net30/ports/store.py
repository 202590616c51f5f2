"""Store: where aggregates, events and numbers live; narrow, so that SQL and Cosmos both keep it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Literal, Protocol, TypeVar

from net30.domain.aggregates import Aggregate, Key
from net30.domain.events import Event, RecordedEvent
from net30.kernel.errors import Conflict

A = TypeVar("A", bound=Aggregate)

Wall = Literal["in_force", "bypassed", "none"]
"""Row-level security holds; its user passes it (a superuser); or the database has none."""

NEW = 0
"""The expected version of an aggregate that must not exist yet."""

PAGE_ROWS_MAX = 1000
NAMES_MAX = 1_000_000

KEYS_KEPT_DAYS = 7
"""How long an idempotency key is known; a client that repeats a request does it within hours."""


@dataclass(frozen=True, slots=True)
class Stored(Generic[A]):
    """An aggregate and the version it was read at (1 after its first save)."""

    value: A
    version: int


@dataclass(frozen=True, slots=True)
class Remembered:
    """What an idempotency key stands for: the SHA-256 of the request, and the answer once known."""

    request: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Lease:
    """Who claims something, when, and until when nobody else may unless the holder renews it."""

    holder: str
    now: datetime
    until: datetime


class ClaimLost(Conflict):
    """A claim has run out, and what it was for is another process' now."""

    code = "claim_lost"


def claim_lost(name: str) -> ClaimLost:
    """Return the refusal of one who was too slow."""
    return ClaimLost(
        f"another process does {name} now", hint="nothing is to be done: it goes on from there"
    )


class Reading(Protocol):
    """A consistent view of one organisation's aggregates."""

    @property
    def organisation(self) -> str:
        """Return the organisation's id; nothing of another one can be seen."""
        ...

    def load(self, kind: type[A], aggregate_id: str) -> Stored[A]:
        """Return one aggregate; raise NotFound."""
        ...

    def find(self, kind: type[A], key: Key, value: str) -> tuple[Stored[A], ...]:
        """Return the aggregates with that key, by id, at most PAGE_ROWS_MAX; none is fine."""
        ...

    def load_many(self, kind: type[A], ids: Collection[str]) -> dict[str, Stored[A]]:
        """Return those of many aggregates that are there, by id, in few questions."""
        ...

    def find_many(
        self, kind: type[A], key: Key, values: Collection[str], *, after: str = "", limit: int = 100
    ) -> dict[str, tuple[Stored[A], ...]]:
        """Return the aggregates with each of many values of a key, by id, in few questions.

        Of each value come at most `limit`, those with an id after `after`.
        """
        ...

    def page(self, kind: type[A], *, after: str = "", limit: int = 100) -> tuple[Stored[A], ...]:
        """Return the next aggregates of a kind in the order of their ids, after one id."""
        ...

    def latest(self, kind: type[A], *, before: str = "", limit: int = 100) -> tuple[Stored[A], ...]:
        """Return aggregates of a kind from the last id down, before one id."""
        ...

    def events(self, *, after: int = 0, limit: int = PAGE_ROWS_MAX) -> tuple[RecordedEvent, ...]:
        """Return the organisation's events in their order, after one sequence number."""
        ...

    def events_naming(self, name: str, *, limit: int = 100) -> tuple[RecordedEvent, ...]:
        """Return the latest events that name a record by its id, the last first."""
        ...

    def last_event(self) -> tuple[int, str]:
        """Return the sequence and the id of the organisation's latest event; (0, "") at first."""
        ...

    def taken_in(self, projection: str) -> int:
        """Return the last event sequence that a projection has taken in; 0 at first."""
        ...

    def names(self, kind: type[A]) -> tuple[tuple[str, str], ...]:
        """Return (id, folded name) of what is found by Key.NAME, by id, NAMES_MAX at most.

        No aggregate is read whole, so the names of ten thousand customers take milliseconds.
        """
        ...

    def last_numbers(self) -> dict[tuple[str, int], int]:
        """Return the last number given in each (series, year)."""
        ...


class Transaction(Reading, Protocol):
    """Changes that happen together or not at all."""

    def save(self, aggregate: Aggregate, *, expected: int) -> None:
        """Write an aggregate over the version it was read at (NEW for a new one).

        Raises Conflict when another change came first, or when a unique key is taken.
        """
        ...

    def save_new(self, aggregates: Sequence[Aggregate]) -> None:
        """Write many new aggregates at once; raise Conflict when one exists."""
        ...

    def delete(self, kind: type[Aggregate], aggregate_id: str, *, expected: int) -> None:
        """Remove an aggregate (a draft); raise Conflict when another change came first."""
        ...

    def next_number(self, series: str, year: int) -> int:
        """Return the next number of a series, from 1: no gap and no duplicate, ever."""
        ...

    def append(self, event: Event, *, at: datetime, known_on: date, user: str) -> None:
        """Write what happened, in the same transaction."""
        ...

    def shred(self, customer_id: str) -> int:
        """Make all personal texts of events about a customer unreadable, for ever.

        The events, and their digests, stay as they are: such a text reads [erased]. Return how
        many there were.
        """
        ...

    def recall(self, key: str) -> Remembered | None:
        """Return what an idempotency key stands for."""
        ...

    def remember(self, key: str, request: str, answer: str, *, at: datetime) -> None:
        """Keep the answer of a request under its idempotency key; raise Conflict when taken.

        Keys older than KEYS_KEPT_DAYS before `at` are forgotten.
        """
        ...

    def reword_answers(self, reword: Callable[[str], str]) -> int:
        """Change the answers that are kept for repeated requests; return how many changed."""
        ...


class Store(Protocol):
    """The database of all organisations."""

    def reading(self, organisation: str) -> AbstractContextManager[Reading]:
        """Open a consistent view."""
        ...

    def transaction(self, organisation: str) -> AbstractContextManager[Transaction]:
        """Open a transaction: durable when the block ends well, undone when it raises.

        Raises Unavailable when the database does not answer or is busy for too long.
        """
        ...

    def wall(self) -> Wall:
        """Tell whether the database itself keeps organisations apart, beside our own statements."""
        ...

    def organisations(self) -> tuple[str, ...]:
        """Return the ids of all organisations."""
        ...

    def checkpoint(self, organisation: str, projection: str) -> int:
        """Return the last event sequence that a projection has taken in; 0 at first."""
        ...

    def advance(self, organisation: str, projection: str, sequence: int, holder: str = "") -> None:
        """Move a projection's checkpoint forward; never back.

        Of a `holder` it is taken only while the projection is claimed by it, else it raises
        ClaimLost and moves nothing.
        """
        ...

    def claim(self, organisation: str, names: Collection[str], lease: Lease) -> frozenset[str]:
        """Claim what one process does at a time; return what nobody else holds, now claimed.

        What its holder claims again stays its own; what another's lease has run out of is taken
        over. Claims are of this moment: no copy and no backup has them.
        """
        ...

    def renew(self, organisation: str, names: Collection[str], lease: Lease) -> frozenset[str]:
        """Hold for longer what the holder still holds; return what that is."""
        ...

    def let_go(self, organisation: str, places: Mapping[str, int], holder: str) -> None:
        """End a holder's claims, each with its checkpoint moved forward (0: as it stands).

        Those that are another's by now stay, and move nowhere.
        """
        ...

    def close(self) -> None:
        """Give back connections and files."""
        ...
