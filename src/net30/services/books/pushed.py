"""Pushed: each thing that goes to an accounting program, and how it gets there once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from net30.domain.aggregates import Key
from net30.domain.books import TRIES_MAX, BooksConnection, BooksLink, LinkKind, LinkState
from net30.domain.customer import Customer
from net30.domain.events import (
    CreditApplied,
    InvoiceIssued,
    InvoiceWrittenOff,
    PaymentAllocated,
    PaymentRecorded,
    PaymentReturned,
    RecordedEvent,
    RefundMade,
)
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation
from net30.kernel.errors import Forbidden, InputError, NotFound
from net30.kernel.findings import Finding, Severity
from net30.kernel.money import Money
from net30.ports.books import OurCredit, OurCustomer, OurPayment
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.books.links import keep_link, keep_refusal, link_of
from net30.services.books.ours import our_document
from net30.services.context import ReadContext

if TYPE_CHECKING:
    from net30.services.books.push import Pushing

KEY_CHARACTERS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Something that should be there: a document by its id, what a source settled, or a remark.

    `parts` are invoices and amounts that `source` (a payment or credit note) settled on a day.
    """

    kind: LinkKind | None
    source: str
    parts: tuple[Allocation, ...] = ()
    day: date | None = None
    is_credit: bool = False
    remark: Finding | None = None


def parcels_of_event(
    ctx: ReadContext, connection: BooksConnection, recorded: RecordedEvent
) -> Iterator[Parcel]:
    """Yield what an event asks to be there; what cannot be pushed is a remark."""
    event = recorded.event
    match event:
        case InvoiceIssued():
            early = connection.push_since is not None and event.issue_date < connection.push_since
            if event.is_claim and not early:
                yield Parcel(kind=LinkKind.DOCUMENT, source=event.invoice_id)
        case PaymentRecorded() | PaymentAllocated():
            yield from _settling(event.payment_id, event.allocations, event.day)
            for part in event.discounts:
                why = f"the discount of {part.amount} is not pushed: book it there"
                yield _remark(ctx, connection, part.invoice_id, why)
        case CreditApplied():
            part = Allocation(event.invoice_id, event.amount)
            yield from _settling(event.credit_note_id, (part,), event.day, is_credit=True)
        case PaymentReturned():
            for back in event.taken_back:
                why = f"the bank took {back.amount} back: undo the payment there"
                yield _remark(ctx, connection, back.invoice_id, why)
        case InvoiceWrittenOff():
            why = f"{event.amount} is written off here: write it off there"
            yield _remark(ctx, connection, event.invoice_id, why)
        case RefundMade():
            why = f"{event.amount} was paid back here: book the refund there"
            name = _customer_name_there(ctx, connection.id, event.customer_id)
            yield _told_by_hand(name, why)
        case _:
            return


def refused_parcels(ctx: ReadContext, connection: BooksConnection, *, again: bool) -> list[Parcel]:
    """Return what was refused before, documents first."""
    found = ctx.tx.find(BooksLink, Key.PARENT, connection.id)[:PAGE_ROWS_MAX]
    links = [one.value for one in found if again or one.value.tries < TRIES_MAX]
    documents = [
        Parcel(kind=LinkKind.DOCUMENT, source=link.ours)
        for link in links
        if link.kind is LinkKind.DOCUMENT
    ]
    settled = [link.ours for link in links if link.kind is LinkKind.SETTLEMENT]
    return [*documents, *(parcel for ours in settled for parcel in _settled_again(ctx, ours))]


def deliver(pushing: Pushing, parcel: Parcel) -> None:
    """Bring one thing there, once; what is refused is told and kept."""
    if parcel.remark is not None:
        if parcel.remark.path:
            pushing.findings.append(parcel.remark)
        return
    if parcel.kind is LinkKind.DOCUMENT:
        _deliver_document(pushing, parcel.source)
    else:
        _deliver_settlements(pushing, parcel)


def _deliver_document(pushing: Pushing, invoice_id: str) -> None:
    name = pushing.connection.id
    with pushing.work.look() as ctx:
        link = link_of(ctx, name, LinkKind.DOCUMENT, invoice_id)
        if link and link.value.state is LinkState.THERE:
            return
        invoice = ctx.tx.load(Invoice, invoice_id).value
        customer = ctx.tx.load(Customer, invoice.customer_id).value
    tries = link.value.tries if link else 0
    try:
        customer_id = _customer_there(pushing, customer, invoice.currency)
        document = our_document(invoice, customer_id)
        theirs = pushing.books.put_document(document, _key(pushing, "document", invoice_id, tries))
    except Forbidden:
        raise
    except InputError as error:
        _refused(pushing, LinkKind.DOCUMENT, invoice_id, (invoice.number, error))
        return
    with pushing.work.change() as ctx:
        keep_link(ctx, name, LinkKind.DOCUMENT, invoice_id, theirs)
    pushing.counts["documents"] += 1


def _customer_there(pushing: Pushing, customer: Customer, currency: str) -> str:
    """Return the id there of a customer: linked, pulled from there, found by name, or new."""
    name = pushing.connection.id
    with pushing.work.look() as ctx:
        link = link_of(ctx, name, LinkKind.CUSTOMER, customer.id)
    if link and link.value.theirs:
        return link.value.theirs
    source, _, theirs = customer.external_id.partition(":")
    if source == name and theirs:
        return theirs
    ours = OurCustomer(name=customer.name, email=customer.email, currency=currency)
    theirs = pushing.books.customer(ours, _key(pushing, "customer", customer.id, 0))
    with pushing.work.change() as ctx:
        keep_link(ctx, name, LinkKind.CUSTOMER, customer.id, theirs)
    pushing.counts["customers"] += 1
    return theirs


def _deliver_settlements(pushing: Pushing, parcel: Parcel) -> None:
    """Bring what a payment or credit note settled; what is of no document there is passed over."""
    name = pushing.connection.id
    wanted: list[tuple[Allocation, str, str]] = []
    with pushing.work.look() as ctx:
        for part in parcel.parts:
            link = link_of(ctx, name, LinkKind.SETTLEMENT, f"{parcel.source}:{part.invoice_id}")
            if link and link.value.state is LinkState.THERE:
                continue
            found = _document_there(ctx, name, part.invoice_id)
            if found is not None:
                wanted.append((part, *found))
    absent = [part for part, theirs, _ in wanted if not theirs]
    for part in absent:
        why = InputError("its invoice is not there yet", code="books_refused")
        _refused_part(pushing, parcel, part, why)
    there = [one for one in wanted if one[1]]
    if there:
        _put(pushing, parcel, there)


def _put(pushing: Pushing, parcel: Parcel, there: list[tuple[Allocation, str, str]]) -> None:
    first = there[0][0]
    ours = f"{parcel.source}:{first.invoice_id}"
    reference = f"N30-{_key(pushing, 'reference', ours, 0)[:16]}"
    with pushing.work.look() as ctx:
        link = link_of(ctx, pushing.connection.id, LinkKind.SETTLEMENT, ours)
        item = ctx.tx.load(OpenItem, first.invoice_id).value
        customer = ctx.tx.load(Customer, item.customer_id).value
        credit = _document_there(ctx, pushing.connection.id, parcel.source)
    day = parcel.day or item.issue_date
    digest = _key(pushing, "settled", ours, link.value.tries if link else 0)
    try:
        customer_id = _customer_there(pushing, customer, first.amount.currency)
        if not parcel.is_credit:
            payment = OurPayment(
                customer_id=customer_id,
                day=day,
                parts=tuple((theirs, part.amount) for part, theirs, _ in there),
                reference=reference,
            )
            made = pushing.books.put_payment(payment, digest)
            kept = [
                (f"{parcel.source}:{part.invoice_id}", f"{theirs}/{settlement}")
                for (part, theirs, _), settlement in zip(there, made, strict=True)
            ]
        else:
            wanted = (first, there[0][1], parcel.source)
            kept = _put_credit(pushing, wanted, credit, (customer_id, day, reference, digest))
    except Forbidden:
        raise
    except InputError as error:
        for part, _, _ in there:
            _refused_part(pushing, parcel, part, error)
        return
    with pushing.work.change() as ctx:
        for ours, theirs in kept:
            keep_link(ctx, pushing.connection.id, LinkKind.SETTLEMENT, ours, theirs)
    pushing.counts["settlements"] += len(there)


def _put_credit(
    pushing: Pushing,
    wanted: tuple[Allocation, str, str],
    credit: tuple[str, str] | None,
    said: tuple[str, date, str, str],
) -> list[tuple[str, str]]:
    """Return what is linked with what: the use of a credit stands on both documents."""
    part, document_id, source = wanted
    customer_id, day, reference, digest = said
    if credit is None or not credit[0]:
        raise InputError("the credit note is not there yet", code="books_refused")
    ours = OurCredit(
        customer_id=customer_id,
        credit_note_id=credit[0],
        document_id=document_id,
        amount=part.amount,
        day=day,
        reference=reference,
    )
    on_invoice, on_note = pushing.books.put_credit(ours, digest)
    return [
        (f"{source}:{part.invoice_id}", f"{document_id}/{on_invoice}"),
        (f"{part.invoice_id}:{source}", f"{credit[0]}/{on_note}"),
    ]


def _document_there(ctx: ReadContext, connection: str, invoice_id: str) -> tuple[str, str] | None:
    """Return a document's id there (empty: not yet) and number; None when it is no business there.

    It was pushed, or it was pulled from there.
    """
    try:
        item = ctx.tx.load(OpenItem, invoice_id).value
    except NotFound:
        return None
    source, _, theirs = item.external_id.partition(":")
    if source == connection and theirs:
        return theirs, item.number
    link = link_of(ctx, connection, LinkKind.DOCUMENT, invoice_id)
    return (link.value.theirs, item.number) if link else None


def _settled_again(ctx: ReadContext, ours: str) -> Iterator[Parcel]:
    """Yield what was refused of a payment or credit note, as the invoice has it now."""
    source, _, invoice_id = ours.rpartition(":")
    try:
        item = ctx.tx.load(OpenItem, invoice_id).value
    except NotFound:
        return
    entries = [one for one in item.settlements if one.source_id == source]
    if not entries:
        return  # it was returned meanwhile
    total = Money.total((one.amount for one in entries), item.amount.currency)
    is_credit = entries[0].kind.value == "credit"
    part = Allocation(invoice_id, total)
    yield from _settling(source, (part,), entries[0].day, is_credit=is_credit)


def _settling(
    source: str, parts: tuple[Allocation, ...], day: date, *, is_credit: bool = False
) -> Iterator[Parcel]:
    if parts:
        yield Parcel(
            kind=LinkKind.SETTLEMENT, source=source, parts=parts, day=day, is_credit=is_credit
        )


def _remark(ctx: ReadContext, connection: BooksConnection, invoice_id: str, why: str) -> Parcel:
    """Return what a person has to do there, if the invoice is there at all."""
    found = _document_there(ctx, connection.id, invoice_id)
    return _told_by_hand(found[1] if found and found[0] else "", why)


def _told_by_hand(where: str, why: str) -> Parcel:
    told = Finding("books_by_hand", where, why, Severity.WARNING)
    return Parcel(kind=None, source="", remark=told)


def _customer_name_there(ctx: ReadContext, connection: str, customer_id: str) -> str:
    """Return the name of a customer who is known there; empty for others."""
    customer = ctx.tx.load(Customer, customer_id).value
    pulled = customer.external_id.startswith(f"{connection}:")
    linked = link_of(ctx, connection, LinkKind.CUSTOMER, customer_id)
    return customer.name if pulled or linked else ""


def _refused_part(pushing: Pushing, parcel: Parcel, part: Allocation, error: InputError) -> None:
    with pushing.work.look() as ctx:
        number = ctx.tx.load(OpenItem, part.invoice_id).value.number
    ours = f"{parcel.source}:{part.invoice_id}"
    _refused(pushing, LinkKind.SETTLEMENT, ours, (number, error))


def _refused(pushing: Pushing, kind: LinkKind, ours: str, told: tuple[str, InputError]) -> None:
    number, error = told
    with pushing.work.change() as ctx:
        keep_refusal(ctx, pushing.connection.id, kind, ours, error.message)
    pushing.counts["refused"] += 1
    pushing.findings.append(Finding(error.code, number, error.message))


def _key(pushing: Pushing, kind: str, ours: str, tries: int) -> str:
    """Return the key of one request: the same for the same thing, another after each refusal."""
    work, company = pushing.work.organisation, pushing.connection.company_id
    text = f"{work}/{pushing.connection.program}/{company}/{kind}/{ours}/{tries}"
    return sha256(text.encode()).hexdigest()[:KEY_CHARACTERS]
