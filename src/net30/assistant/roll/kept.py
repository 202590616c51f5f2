"""Kept: the rolls that this process has read, so that each message need not read them again.

A kept roll is used only where the books still have the event it was read at, by sequence and id;
what changed since then is read and added. So another process' write is seen by the next message,
and no roll can serve another organisation, another database, or books that were put back.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Lock

from net30.assistant.roll.names import NameIndex
from net30.assistant.roll.people import KnownClient, People
from net30.domain.customer import Customer
from net30.domain.events import CustomerSaved, RecordedEvent
from net30.ports.store import PAGE_ROWS_MAX, Reading

ORGANISATIONS_KEPT_MAX = 64
EVENTS_FOLLOWED_MAX = 500
"""After more events than this a roll is read anew."""


@dataclass(frozen=True, slots=True)
class Roll:
    """The clients of one organisation as of one event; `people` are read when first asked for."""

    sequence: int
    event_id: str
    names: NameIndex
    people: People | None = None


class Rolls:
    """The rolls kept by one process, those asked for last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Roll] = OrderedDict()
        self._lock = Lock()

    def roll(self, books: Reading) -> Roll:
        """Return the roll as these books have it now."""
        with self._lock:
            kept = self._kept.get(books.organisation)
        sequence, event_id = books.last_event()
        if kept is None or (kept.sequence, kept.event_id) != (sequence, event_id):
            followed = _followed(kept, books) if kept else None
            kept = followed or Roll(sequence, event_id, NameIndex(books.names(Customer)))
        self._keep(books.organisation, kept)
        return kept

    def people(self, books: Reading) -> People:
        """Return all clients, with what is known of them, as these books have them now."""
        roll = self.roll(books)
        if roll.people is None:
            people = People(known_client(customer) for customer in _customers(books))
            roll = replace(roll, people=people)
            self._keep(books.organisation, roll)
            return people
        return roll.people

    def _keep(self, organisation: str, roll: Roll) -> None:
        if not roll.sequence:  # books in which nothing happened yet tell no state apart
            return
        with self._lock:
            self._kept[organisation] = roll
            self._kept.move_to_end(organisation)
            while len(self._kept) > ORGANISATIONS_KEPT_MAX:
                self._kept.popitem(last=False)


def known_client(customer: Customer) -> KnownClient:
    """Return a customer as far as sentences refer to it."""
    address = customer.party.address
    return KnownClient(
        id=customer.id,
        name=customer.name,
        currency=customer.currency,
        terms_days=customer.terms.days if customer.terms else 0,
        email=customer.email,
        country=address.country,
        city=address.city,
        industry=customer.industry,
    )


def _followed(roll: Roll, books: Reading) -> Roll | None:
    """Return the roll with what happened since, or nothing where these are not its books."""
    events = books.events(after=roll.sequence - 1, limit=EVENTS_FOLLOWED_MAX + 1)
    if not events or events[0].id != roll.event_id or len(events) > EVENTS_FOLLOWED_MAX:
        return None
    changed = [books.load(Customer, saved).value for saved in _saved(events[1:])]
    people = roll.people
    return Roll(
        sequence=events[-1].sequence,
        event_id=events[-1].id,
        names=roll.names.with_changes({one.id: one.name for one in changed}),
        people=people.with_changes(map(known_client, changed)) if people else None,
    )


def _saved(events: tuple[RecordedEvent, ...]) -> list[str]:
    """Return the customers that were added or changed; none is ever removed."""
    saved = [one.event.customer_id for one in events if isinstance(one.event, CustomerSaved)]
    return list(dict.fromkeys(saved))


def _customers(books: Reading) -> Iterator[Customer]:
    after = ""
    while page := books.page(Customer, after=after, limit=PAGE_ROWS_MAX):
        yield from (stored.value for stored in page)
        after = page[-1].value.id
