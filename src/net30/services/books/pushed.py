"""Pushed: each thing that goes to an accounting program, and how it gets there once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from net30.domain.books import LinkKind, LinkState
from net30.domain.customer import Customer
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation
from net30.kernel.errors import Forbidden, InputError, NotFound
from net30.kernel.findings import Finding, Severity
from net30.ports.books import OurCredit, OurCustomer, OurPayment
from net30.services.books.links import (
    is_there,
    keep_link,
    keep_refusal,
    link_of,
    settlements_by_key,
)
from net30.services.books.ours import our_document
from net30.services.books.parcels import ByHand, Document, Parcel, Settling
from net30.services.context import ReadContext

if TYPE_CHECKING:
    from net30.services.books.push import Pushing

KEY_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class _Share:
    """What of a payment or credit note goes to a document there (empty: not there yet).

    `key` is what its link calls it.
    """

    key: str
    part: Allocation
    theirs: str


def deliver(pushing: Pushing, parcel: Parcel) -> None:
    """Bring one thing there, once; what is refused is told and kept."""
    match parcel:
        case Document():
            _deliver_document(pushing, parcel.invoice_id)
        case Settling():
            _deliver_settlements(pushing, parcel)
        case ByHand():
            _tell(pushing, parcel)


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


def _deliver_settlements(pushing: Pushing, parcel: Settling) -> None:
    """Bring what a payment or credit note settled; what is of no document there is passed over."""
    with pushing.work.look() as ctx:
        found = [_share(ctx, pushing.connection.id, parcel.source, one) for one in parcel.parts]
    shares = [one for one in found if one is not None]
    for one in shares:
        if not one.theirs:
            _refused_share(pushing, one, waits("its invoice"))
    if there := [one for one in shares if one.theirs]:
        _put(pushing, parcel, there)


def _share(ctx: ReadContext, connection: str, source: str, part: Allocation) -> _Share | None:
    """Return what is to go to a document there.

    None for what is there already or was taken back here, and for a document that is no business
    there. A payment that is put to an invoice twice is two there.
    """
    document = _document_there(ctx, connection, part.invoice_id)
    if document is None:
        return None
    for key, entry in settlements_by_key(document.item).items():
        fits = entry.source_id == source and entry.amount == part.amount
        if fits and not is_there(ctx, connection, LinkKind.SETTLEMENT, key):
            return _Share(key, part, document.theirs)
    return None


def _put(pushing: Pushing, parcel: Settling, there: list[_Share]) -> None:
    first, name = there[0], pushing.connection.id
    reference = f"N30-{_key(pushing, 'reference', first.key, 0)[:16]}"
    with pushing.work.look() as ctx:
        link = link_of(ctx, name, LinkKind.SETTLEMENT, first.key)
        item = ctx.tx.load(OpenItem, first.part.invoice_id).value
        customer = ctx.tx.load(Customer, item.customer_id).value
        credit = _document_there(ctx, name, parcel.source) if parcel.is_credit else None
    digest = _key(pushing, "settled", first.key, link.value.tries if link else 0)
    try:
        customer_id = _customer_there(pushing, customer, first.part.amount.currency)
        if parcel.is_credit:
            said = (customer_id, parcel.day, reference, digest)
            kept = _put_credit(pushing, first, credit, said)
        else:
            payment = OurPayment(
                customer_id=customer_id,
                day=parcel.day,
                parts=tuple((one.theirs, one.part.amount) for one in there),
                reference=reference,
            )
            made = pushing.books.put_payment(payment, digest)
            kept = [
                (one.key, f"{one.theirs}/{settlement}")
                for one, settlement in zip(there, made, strict=True)
            ]
    except Forbidden:
        raise
    except InputError as error:
        for one in there:
            _refused_share(pushing, one, error)
        return
    with pushing.work.change() as ctx:
        for key, theirs in kept:
            keep_link(ctx, name, LinkKind.SETTLEMENT, key, theirs)
    pushing.counts["settlements"] += len(there)


def _put_credit(
    pushing: Pushing, share: _Share, credit: _There | None, said: tuple[str, date, str, str]
) -> list[tuple[str, str]]:
    """Return what is linked with what: the use of a credit stands on both documents."""
    customer_id, day, reference, digest = said
    if credit is None or not credit.theirs:
        raise waits("the credit note")
    ours = OurCredit(
        customer_id=customer_id,
        credit_note_id=credit.theirs,
        document_id=share.theirs,
        amount=share.part.amount,
        day=day,
        reference=reference,
    )
    on_invoice, on_note = pushing.books.put_credit(ours, digest)
    return [
        (share.key, f"{share.theirs}/{on_invoice}"),
        (f"{share.part.invoice_id}:{credit.item.id}", f"{credit.theirs}/{on_note}"),
    ]


@dataclass(frozen=True, slots=True)
class _There:
    """A document that was pushed or pulled: its open item, its id there (empty: not yet)."""

    item: OpenItem
    theirs: str


def _document_there(ctx: ReadContext, connection: str, invoice_id: str) -> _There | None:
    """Return a document that is, or should be, there; None when it is no business there."""
    try:
        item = ctx.tx.load(OpenItem, invoice_id).value
    except NotFound:
        return None
    source, _, theirs = item.external_id.partition(":")
    if source == connection and theirs:
        return _There(item, theirs)
    link = link_of(ctx, connection, LinkKind.DOCUMENT, invoice_id)
    return _There(item, link.value.theirs) if link else None


def _tell(pushing: Pushing, parcel: ByHand) -> None:
    """Tell what has to be done there by hand, if what it is about is there at all."""
    name = pushing.connection.id
    with pushing.work.look() as ctx:
        if parcel.customer_id:
            where = _customer_name_there(ctx, name, parcel.customer_id)
        else:
            document = _document_there(ctx, name, parcel.invoice_id)
            where = document.item.number if document and document.theirs else ""
        if parcel.source:
            key = f"{parcel.source}:{parcel.invoice_id}"
            where = where if is_there(ctx, name, LinkKind.SETTLEMENT, key) else ""
    if where:
        pushing.findings.append(Finding(parcel.finding, where, parcel.why, Severity.WARNING))


def _customer_name_there(ctx: ReadContext, connection: str, customer_id: str) -> str:
    """Return the name of a customer who is known there; empty for others."""
    customer = ctx.tx.load(Customer, customer_id).value
    pulled = customer.external_id.startswith(f"{connection}:")
    return (
        customer.name if pulled or link_of(ctx, connection, LinkKind.CUSTOMER, customer_id) else ""
    )


def _refused_share(pushing: Pushing, share: _Share, error: InputError) -> None:
    with pushing.work.look() as ctx:
        number = ctx.tx.load(OpenItem, share.part.invoice_id).value.number
    _refused(pushing, LinkKind.SETTLEMENT, share.key, (number, error))


def _refused(pushing: Pushing, kind: LinkKind, ours: str, told: tuple[str, InputError]) -> None:
    number, error = told
    with pushing.work.change() as ctx:
        keep_refusal(ctx, pushing.connection.id, kind, ours, error.message)
    pushing.counts["refused"] += 1
    pushing.findings.append(Finding(error.code, number, error.message))


def waits(what: str) -> InputError:
    """Return what is told of a settlement whose document was refused before it."""
    return InputError(
        f"{what} is not there yet", hint="put right why, and push again", code="books_waits"
    )


def _key(pushing: Pushing, kind: str, ours: str, tries: int) -> str:
    """Return the key of one request: the same for the same thing, another after each refusal."""
    work, company = pushing.work.organisation, pushing.connection.company_id
    text = f"{work}/{pushing.connection.program}/{company}/{kind}/{ours}/{tries}"
    return sha256(text.encode()).hexdigest()[:KEY_CHARACTERS]
