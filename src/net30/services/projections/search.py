"""What follows for search: the entries of the documents, and the customers' names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.events import (
    CreditApplied,
    CustomerErased,
    CustomerSaved,
    DocumentsErased,
    DraftDeleted,
    DraftSaved,
    Event,
    InvoiceIssued,
    InvoiceSent,
    InvoiceWrittenOff,
    LedgerImported,
    PaymentAllocated,
    PaymentRecorded,
    PaymentReturned,
    RecordedEvent,
    RefundMade,
)
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem, Status
from net30.ports.search import CustomerName, Entry
from net30.services.search_entries import customer_names, search_entries
from net30.services.world import World

PROJECTION = "search"
ENTRIES_PER_PUT_MAX = 500

LOOKS_MAX = 10
"""Books that change so often while an entry is put have more events coming anyway."""

P = TypeVar("P", CustomerName, Entry)
A = TypeVar("A", Customer, Invoice, OpenItem)

WANTS: frozenset[type] = frozenset(
    {
        CustomerErased,
        CustomerSaved,
        DraftSaved,
        DraftDeleted,
        InvoiceIssued,
        InvoiceSent,
        CreditApplied,
        PaymentRecorded,
        PaymentAllocated,
        PaymentReturned,
        RefundMade,
        InvoiceWrittenOff,
        LedgerImported,
        DocumentsErased,
    }
)


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Put what the events touch as the store has it now."""
    version = events[-1].sequence
    happened = [recorded.event for recorded in events]
    customers = {event.customer_id for event in happened if isinstance(event, CustomerSaved)}
    _put_customers(world, organisation, sorted(customers), version)
    touched = {found for event in happened for found in _documents(event)}
    erased = {event.customer_id for event in happened if isinstance(event, CustomerErased)}
    documents = sorted(touched | set(_papers_of(world, organisation, sorted(erased))))
    for start in range(0, len(documents), ENTRIES_PER_PUT_MAX):
        _put(world, organisation, documents[start : start + ENTRIES_PER_PUT_MAX], version)
    if any(isinstance(event, CustomerErased | DocumentsErased) for event in happened):
        world.search.shred(organisation)


def rebuild(world: World, organisation: str) -> int:
    """Throw the organisation's entries away, put all anew and return how many.

    Until it ends, searches find only what is already back; what was cached is forgotten, since no
    event tells that the entries are others.
    """
    version = world.store.checkpoint(organisation, PROJECTION)
    world.search.clear(organisation)
    for customers in _pages(world, organisation, Customer):
        _put_customers(world, organisation, [customer.id for customer in customers], version)
    count = 0
    for invoices in _pages(world, organisation, Invoice):
        count += _put(world, organisation, [invoice.id for invoice in invoices], version)
    for items in _pages(world, organisation, OpenItem):  # the others came with their invoices
        count += _put(world, organisation, [item.id for item in items if item.imported], version)
    world.cache.clear()
    return count


def _papers_of(world: World, organisation: str, customers: Sequence[str]) -> Iterator[str]:
    """Yield the ids of customers' documents, which are not to be found by an old name."""
    for customer in customers:
        after = ""
        while True:
            with world.store.reading(organisation) as books:
                page = books.find_many(
                    Invoice, Key.CUSTOMER, [customer], after=after, limit=ENTRIES_PER_PUT_MAX
                ).get(customer, ())
            if not page:
                break
            yield from (stored.value.id for stored in page)
            after = page[-1].value.id


def _put_customers(world: World, organisation: str, ids: Sequence[str], version: int) -> None:
    if ids:
        read = partial(customer_names, ids=ids)
        _put_what_is_true(world, organisation, version, read, world.search.put_customers)


def _put(world: World, organisation: str, ids: Sequence[str], version: int) -> int:
    """Put entries and return how many; take out what the books no longer have."""
    read = partial(search_entries, ids=ids)
    entries = _put_what_is_true(world, organisation, version, read, world.search.put)
    gone = set(ids) - {entry.id for entry in entries}
    gone |= _vanished(world, organisation, [e.id for e in entries if e.state is Status.DRAFT])
    if gone:
        world.search.remove(organisation, sorted(gone))
    return len(ids) - len(gone)


def _put_what_is_true(
    world: World,
    organisation: str,
    version: int,
    read: Callable[..., tuple[P, ...]],
    put: Callable[[str, Sequence[P]], None],
) -> tuple[P, ...]:
    """Put what the books say and return it.

    An index elsewhere cannot keep a slower relay from writing over what a quicker one has put. So
    whoever puts there looks at the books again: as long as they say something else, it puts that.
    """
    for _ in range(LOOKS_MAX):
        with world.store.reading(organisation) as books:
            found, (seen, _) = read(books, version=version), books.last_event()
        put(organisation, found)
        if world.search.shows_at_once:  # it keeps the later of two by itself
            break
        with world.store.reading(organisation) as books:
            latest, _ = books.last_event()
            if latest == seen or read(books, version=version) == found:
                break
        version = latest
    return found


def _vanished(world: World, organisation: str, drafts: Sequence[str]) -> set[str]:
    """Return the drafts thrown away while we wrote their entries.

    Whoever puts a draft looks again, so that the slower of two relays leaves no ghost behind.
    """
    if not drafts:
        return set()
    with world.store.reading(organisation) as books:
        return set(drafts) - {entry.id for entry in search_entries(books, drafts, 0)}


def _pages(world: World, organisation: str, kind: type[A]) -> Iterator[list[A]]:
    after = ""
    while True:
        with world.store.reading(organisation) as books:
            page = books.page(kind, after=after, limit=ENTRIES_PER_PUT_MAX)
        if not page:
            return
        after = page[-1].value.id
        yield [stored.value for stored in page]


def _documents(event: Event) -> Iterator[str]:
    """Yield the ids of the documents that an event touches."""
    match event:
        case PaymentRecorded() | PaymentAllocated():
            yield from (part.invoice_id for part in (*event.allocations, *event.discounts))
        case PaymentReturned():
            yield from (part.invoice_id for part in event.taken_back)
        case CreditApplied():
            yield from (event.invoice_id, event.credit_note_id)
        case RefundMade():
            yield event.source_id
        case LedgerImported():
            yield from event.open_items
        case DocumentsErased():
            yield from event.invoices
        case DraftSaved() | DraftDeleted() | InvoiceIssued() | InvoiceSent() | InvoiceWrittenOff():
            yield event.invoice_id
        case _:
            return
