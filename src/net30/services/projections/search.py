"""What follows for search: the entries of the documents, and the customers' names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from net30.domain.customer import Customer
from net30.domain.events import (
    CreditApplied,
    CustomerSaved,
    DraftDeleted,
    DraftSaved,
    Event,
    InvoiceIssued,
    InvoiceSent,
    InvoiceWrittenOff,
    LedgerImported,
    PaymentAllocated,
    PaymentRecorded,
    RecordedEvent,
    RefundMade,
)
from net30.domain.invoice import Invoice
from net30.domain.line import Line
from net30.domain.open_item import OpenItem, Status, status_of
from net30.kernel.errors import NotFound
from net30.ports.search import CustomerName, Entry
from net30.ports.store import PAGE_ROWS_MAX, Reading
from net30.services.world import World

PROJECTION = "search"
ENTRIES_PER_PUT_MAX = 500
LOADED_SINGLY_MAX = 50
"""From so many ids on, reading the pages they lie in is quicker than loading each."""

WANTS: frozenset[type] = frozenset(
    {
        CustomerSaved,
        DraftSaved,
        DraftDeleted,
        InvoiceIssued,
        InvoiceSent,
        CreditApplied,
        PaymentRecorded,
        PaymentAllocated,
        RefundMade,
        InvoiceWrittenOff,
        LedgerImported,
    }
)


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Put the entries that the events touch as the store has them now."""
    version = events[-1].sequence
    documents = sorted({found for recorded in events for found in _documents(recorded.event)})
    customers = {
        recorded.event.customer_id: None
        for recorded in events
        if isinstance(recorded.event, CustomerSaved)
    }
    with world.store.reading(organisation) as books:
        names = tuple(_customer_names(books, customers, version))
    for name in names:
        world.search.put_customer(organisation, name)
    for start in range(0, len(documents), ENTRIES_PER_PUT_MAX):
        _put(world, organisation, documents[start : start + ENTRIES_PER_PUT_MAX], version)


def rebuild(world: World, organisation: str) -> int:
    """Throw the organisation's entries away, put all anew and return how many; finding little
    meanwhile is the price."""
    version = world.store.checkpoint(organisation, PROJECTION)
    world.search.clear(organisation)
    for page in _pages(world, organisation, Customer):
        for customer in page:
            name = CustomerName(customer_id=customer.id, name=customer.name, version=version)
            world.search.put_customer(organisation, name)
    count = 0
    for kind in (Invoice, OpenItem):
        for page in _pages(world, organisation, kind):
            ids = [found.id for found in page if kind is Invoice or found.imported]
            count += _put(world, organisation, ids, version)
    return count


def _documents(event: Event) -> Iterator[str]:
    """Yield the ids of the documents that an event touches."""
    match event:
        case PaymentRecorded():
            yield from (entry.item_id for entry in (*event.allocations, *event.discounts))
        case PaymentAllocated():
            yield from (entry.item_id for entry in event.allocations)
        case CreditApplied():
            yield from (event.invoice_id, event.credit_note_id)
        case RefundMade():
            yield event.source_id
        case LedgerImported():
            yield from event.open_items
        case DraftSaved() | DraftDeleted() | InvoiceIssued() | InvoiceSent() | InvoiceWrittenOff():
            yield event.invoice_id
        case _:
            return
