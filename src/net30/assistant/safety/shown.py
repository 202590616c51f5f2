"""Shown: the state of the books that a confirmation speaks of, as one digest.

Whoever says yes agrees to what stood there: client, lines, totals, what is open, where the mail
goes, today's date. When any of it has changed, the yes is to something else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from net30.assistant.calls import Call
from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.kernel.errors import NotFound
from net30.ports.store import Stored
from net30.services.context import ReadContext
from net30.services.found import customer_by_name, invoice_by_number, open_item_by_number

CONTENT_ONLY = frozenset({"issue_invoice", "send_invoice"})
"""Tools that what is open of the invoice says nothing about; all others are bound to that too.

So 'issue it and send it' stays one list that one yes agrees to: the first changes no content.
"""

Args = dict[str, Any]  # Any: JSON, as the tool's arguments give it


def digest_of(ctx: ReadContext, call: Call) -> str:
    """Return the digest of what a call would act on; raise NotFound where there is nothing."""
    args = call.args.as_json()
    told = [str(ctx.today), *_of_number(ctx, call.tool, args), *_of_client(ctx, args)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _of_number(ctx: ReadContext, tool: str, args: Args) -> Iterator[str]:
    if not args.get("number"):
        return
    number = str(args["number"])
    try:
        invoice = invoice_by_number(ctx, number).value
    except NotFound:
        yield from _claim(open_item_by_number(ctx, number))  # imported: it has no document here
        return
    yield from _content(invoice)
    yield _address(ctx, invoice.customer_id)
    if tool not in CONTENT_ONLY and invoice.is_issued:
        yield from _claim(open_item_by_number(ctx, invoice.number))


def _of_client(ctx: ReadContext, args: Args) -> Iterator[str]:
    if not args.get("client"):
        return
    customer = customer_by_name(ctx, str(args["client"]))
    yield f"{customer.value.id} {customer.version}"
    for item in ctx.tx.find(OpenItem, Key.CUSTOMER, customer.value.id):
        yield from _claim(item)


def _content(invoice: Invoice) -> Iterator[str]:
    """Yield what people read on the document; its number says nothing that they agreed to."""
    yield from (invoice.id, invoice.type_code, invoice.customer_id)
    yield repr((invoice.seller, invoice.customer, invoice.payee, invoice.payment))
    yield repr((invoice.currency, invoice.issue_date, invoice.due_date, invoice.notes))
    yield repr((invoice.lines, invoice.allowances, invoice.charges, invoice.totals))


def _claim(item: Stored[OpenItem]) -> Iterator[str]:
    yield f"{item.value.id} {item.version} {item.value.balance}"


def _address(ctx: ReadContext, customer_id: str) -> str:
    return ctx.tx.load(Customer, customer_id).value.email
