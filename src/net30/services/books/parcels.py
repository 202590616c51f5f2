"""Parcels: what an event asks to be in an accounting program, and what was refused before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from net30.domain.aggregates import Key
from net30.domain.books import TRIES_MAX, BooksConnection, BooksLink, LinkKind
from net30.domain.events import (
    CreditApplied,
    Event,
    InvoiceIssued,
    InvoiceWrittenOff,
    PaymentAllocated,
    PaymentRecorded,
    PaymentReturned,
    RefundMade,
)
from net30.domain.open_item import OpenItem, SettlementKind
from net30.domain.payment import Allocation
from net30.kernel.errors import NotFound
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.books.links import settlements_by_key
from net30.services.context import ReadContext


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or credit note that should be there."""

    invoice_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Invoices and amounts that a payment or credit note (`source`) settled on a day."""

    source: str
    parts: tuple[Allocation, ...]
    day: date
    is_credit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What somebody has to do there by hand, about an invoice or a customer that is there.

    `finding` is its code; `source` the payment that must be there for it, where it takes one.
    """

    finding: str
    why: str
    invoice_id: str = ""
    customer_id: str = ""
    source: str = ""


Parcel = Document | Settling | ByHand


def parcels_of_event(connection: BooksConnection, event: Event) -> Iterator[Parcel]:
    """Yield what an event asks to be there."""
    match event:
        case InvoiceIssued():
            early = connection.push_since is not None and event.issue_date < connection.push_since
            if event.is_claim and not early:
                yield Document(event.invoice_id)
        case PaymentRecorded() | PaymentAllocated():
            if event.allocations:
                yield Settling(source=event.payment_id, parts=event.allocations, day=event.day)
            for part in event.discounts:
                why = f"the discount of '{part.amount}' is not pushed: book it there"
                yield ByHand(finding="books_discount", why=why, invoice_id=part.invoice_id)
        case CreditApplied():
            parts = (Allocation(event.invoice_id, event.amount),)
            source = event.credit_note_id
            yield Settling(source=source, parts=parts, day=event.day, is_credit=True)
        case PaymentReturned():
            for back in event.taken_back:
                if back.kind is SettlementKind.PAYMENT:
                    why = f"the bank took '{back.amount}' back: undo the payment there"
                    yield ByHand(
                        finding="books_returned_here",
                        why=why,
                        invoice_id=back.invoice_id,
                        source=event.payment_id,
                    )
        case InvoiceWrittenOff():
            why = f"'{event.amount}' is written off here: write it off there"
            yield ByHand(finding="books_written_off", why=why, invoice_id=event.invoice_id)
        case RefundMade():
            why = f"'{event.amount}' was paid back here: book the refund there"
            yield ByHand(finding="books_refunded", why=why, customer_id=event.customer_id)
        case _:
            return


def refused_parcels(ctx: ReadContext, connection: BooksConnection, *, again: bool) -> list[Parcel]:
    """Return what was refused before, documents first."""
    found = _refused_links(ctx, connection.id)
    links = [link for link in found if again or link.tries < TRIES_MAX]
    documents = [Document(link.ours) for link in links if link.kind is LinkKind.DOCUMENT]
    settled = [link.ours for link in links if link.kind is LinkKind.SETTLEMENT]
    return [*documents, *(parcel for ours in settled for parcel in _settled_again(ctx, ours))]


def _refused_links(ctx: ReadContext, connection: str) -> Iterator[BooksLink]:
    after = ""
    while page := ctx.tx.find_many(
        BooksLink, Key.PARENT, [connection], after=after, limit=PAGE_ROWS_MAX
    ).get(connection, ()):
        yield from (stored.value for stored in page)
        after = page[-1].value.id


def _settled_again(ctx: ReadContext, ours: str) -> Iterator[Settling]:
    """Yield what was refused of a payment or credit note, unless it was returned meanwhile."""
    invoice_id = ours.rpartition(":")[2]
    try:
        item = ctx.tx.load(OpenItem, invoice_id).value
    except NotFound:
        return
    entry = settlements_by_key(item).get(ours)
    if entry is not None:
        yield Settling(
            source=entry.source_id,
            parts=(Allocation(invoice_id, entry.amount),),
            day=entry.day,
            is_credit=entry.kind is SettlementKind.CREDIT,
        )
