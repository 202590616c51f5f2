"""Send an issued document to the customer by mail."""

from __future__ import annotations

import re
from dataclasses import replace

from net30.domain.customer import Customer
from net30.domain.events import InvoiceSent
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.services.context import Context
from net30.services.found import invoice_by_number

_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,190}")


def send_invoice(ctx: Context, number: str, to: str = "") -> InvoiceSent:
    """Put the document into the outbox and return the event that says so.

    The mail projection renders it and hands it over after the commit, again and again until the
    mail takes it. Raises Conflict for a draft, InputError when no usable address is known.
    """
    invoice = invoice_by_number(ctx, number).value
    if not invoice.is_issued:
        raise Conflict(
            "a draft cannot be sent", hint=f"issue it: net30 invoice issue {number}", code="draft"
        )
    event = InvoiceSent(
        invoice_id=invoice.id,
        number=invoice.number,
        to=_address(ctx, invoice, to.strip()),
        day=ctx.today,
    )
    _mark_sent(ctx, invoice)
    ctx.record(event)
    return event


def _address(ctx: Context, invoice: Invoice, to: str) -> str:
    return usable_address(
        to or ctx.tx.load(Customer, invoice.customer_id).value.email, invoice.customer.name
    )


def usable_address(address: str, customer: str) -> str:
    """Return an address that mail can go to; raise InputError for none or a malformed one."""
    if not address:
        raise InputError(
            f"{customer} has no e-mail address",
            hint="give one: --to NAME@COMPANY",
            code="no_address",
        )
    if not _ADDRESS.fullmatch(address):
        raise InputError(
            f"{address!r} is not an e-mail address", hint="write NAME@COMPANY", code="address"
        )
    return address


def _mark_sent(ctx: Context, invoice: Invoice) -> None:
    try:
        stored = ctx.tx.load(OpenItem, invoice.id)
    except NotFound:  # quotes and pro formas open no claim
        return
    if stored.value.sent_on is None:
        ctx.tx.save(replace(stored.value, sent_on=ctx.today), expected=stored.version)
