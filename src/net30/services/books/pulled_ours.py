"""Pulled ours: what happened there to invoices that we pushed: money came in, or was taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from net30.domain.books import BooksConnection, BooksLink, LinkKind, link_id
from net30.domain.open_item import OpenItem, SettlementKind
from net30.domain.payment import Allocation, PaymentMethod
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding, Severity
from net30.ports.books import TheirDocument, TheirSettlement
from net30.ports.store import Stored
from net30.services.books.links import (
    drop_link,
    keep_link,
    links_of_theirs,
    settlements_by_key,
)
from net30.services.context import Context
from net30.services.record_payment import NewPayment, record_payment
from net30.services.return_payment import ReturnedPayment, return_payment


def take_in_ours(
    ctx: Context,
    connection: BooksConnection,
    documents: Mapping[str, TheirDocument],
    findings: list[Finding],
) -> int:
    """Return how many payments came in; `documents` are theirs, by the id of our invoice."""
    return sum(
        _taken(ctx, connection, (invoice_id, document), findings)
        for invoice_id, document in documents.items()
    )


def _taken(
    ctx: Context,
    connection: BooksConnection,
    told: tuple[str, TheirDocument],
    findings: list[Finding],
) -> int:
    invoice_id, document = told
    item = ctx.tx.load(OpenItem, invoice_id).value
    if document.is_void:
        why = "it was voided there, not here: credit it here, or push it under another name"
        findings.append(Finding("books_voided", item.number, why, Severity.WARNING))
        return 0
    known = _links(ctx, connection.id, item)
    theirs = {f"{document.id}/{one.id}": one for one in document.settlements}
    for name in known.keys() - theirs.keys():
        with _told(findings, item.number):
            _gone(ctx, connection, item, known[name], findings)
    new = [name for name in theirs if name not in known]
    taken_back = links_of_theirs(ctx, connection.id, LinkKind.SETTLEMENT, new)
    count = 0
    for name in new:
        if name in taken_back:
            why = f"'{theirs[name].amount}' was taken back here: undo the payment there"
            findings.append(Finding("books_returned_here", item.number, why, Severity.WARNING))
            continue
        with _told(findings, item.number):
            count += _came(ctx, connection, item, (name, theirs[name]), findings)
    return count


@contextmanager
def _told(findings: list[Finding], number: str) -> Iterator[None]:
    """Have what is refused told; the rest goes on."""
    try:
        yield
    except InputError as error:
        findings.append(Finding(error.code, number, error.message))


def _links(ctx: Context, connection: str, item: OpenItem) -> dict[str, Stored[BooksLink]]:
    """Return the links of what settles an invoice, by what it is there."""
    ids = [link_id(connection, LinkKind.SETTLEMENT, key) for key in settlements_by_key(item)]
    found = ctx.tx.load_many(BooksLink, ids) if ids else {}
    return {one.value.theirs: one for one in found.values() if one.value.theirs}


def _came(
    ctx: Context,
    connection: BooksConnection,
    item: OpenItem,
    come: tuple[str, TheirSettlement],
    findings: list[Finding],
) -> int:
    """Record money that came in there; what else settled it there is told."""
    name, one = come
    if one.kind is not SettlementKind.PAYMENT or item.amount.minor < 0 or one.id == "other":
        why = f"'{one.amount}' of it was settled there by {one.id}: do the same here"
        findings.append(Finding("books_settled_there", item.number, why, Severity.WARNING))
        return 0
    if ctx.tx.load(OpenItem, item.id).value.balance.minor < one.amount.minor:
        why = f"'{one.amount}' came in there, more than is open: look whether it is here already"
        findings.append(Finding("books_came_twice", item.number, why, Severity.WARNING))
        return 0
    payment = record_payment(
        ctx,
        NewPayment(
            customer_id=item.customer_id,
            amount=one.amount,
            day=one.day,
            method=PaymentMethod.OTHER,
            reference=f"{connection.id} {one.id}",
            allocations=(Allocation(item.id, one.amount),),
        ),
    )
    ours = f"{payment.id}:{item.id}"
    keep_link(ctx, connection.id, LinkKind.SETTLEMENT, ours, name, came=True)
    return 1


def _gone(
    ctx: Context,
    connection: BooksConnection,
    item: OpenItem,
    stored: Stored[BooksLink],
    findings: list[Finding],
) -> None:
    """Take back a payment that came from there; one of ours that is gone there is told."""
    link = stored.value
    if not link.came:
        why = "a payment or credit that was pushed is not there any more"
        findings.append(Finding("books_gone", item.number, why, Severity.WARNING))
        return
    payment_id = link.ours.removesuffix(f":{item.id}")
    reason = f"taken back in {connection.id}"
    return_payment(ctx, ReturnedPayment(payment=payment_id, reason=reason))
    drop_link(ctx, stored)
