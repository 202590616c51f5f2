"""Found: invoices, open items and customers by the words people use for them."""

from __future__ import annotations

from net30.domain.aggregates import Key
from net30.domain.customer import Customer, fold
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.kernel.errors import Conflict, NotFound
from net30.ports.store import Stored
from net30.services.cached import cached
from net30.services.context import ReadContext


def invoice_by_number(ctx: ReadContext, number: str) -> Stored[Invoice]:
    """Return the document with a number, or the draft with that id; raise NotFound."""
    return cached(ctx, "invoice_detail", number, lambda: _invoice(ctx, number))


def _invoice(ctx: ReadContext, number: str) -> Stored[Invoice]:
    for stored in ctx.tx.find(Invoice, Key.NUMBER, number.strip()):
        return stored
    try:
        return ctx.tx.load(Invoice, number.strip())
    except NotFound:
        raise NotFound(
            f"there is no invoice {number!r}",
            hint="net30 invoice list shows the numbers",
            code="invoice_not_found",
        ) from None


def open_item_by_number(ctx: ReadContext, number: str) -> Stored[OpenItem]:
    """Return the claim with a number; raise NotFound for drafts, offers and unknown numbers."""
    for stored in ctx.tx.find(OpenItem, Key.NUMBER, number.strip()):
        return stored
    raise NotFound(
        f"there is no issued invoice {number!r}",
        hint="net30 invoice list shows the numbers; a draft must be issued first",
        code="invoice_not_found",
    )


def customer_by_name(ctx: ReadContext, name: str) -> Stored[Customer]:
    """Return the one customer whom a name or id means.

    An exact name (without case, accents, punctuation) wins. Raises NotFound with the nearest
    names, or Conflict when several customers bear the name.
    """
    return cached(ctx, "client_data", name, lambda: _customer(ctx, name))


def _customer(ctx: ReadContext, name: str) -> Stored[Customer]:
    exact = ctx.tx.find(Customer, Key.NAME, fold(name))
    if len(exact) == 1:
        return exact[0]
    if exact:
        ids = ", ".join(stored.value.id for stored in exact)
        raise Conflict(
            f"{len(exact)} customers are called {name!r}",
            hint=f"name one by its id: {ids}",
            code="customer_ambiguous",
        )
    try:
        return ctx.tx.load(Customer, name)
    except NotFound:
        near = ", ".join(found for _, found in ctx.search.names_like(ctx.organisation, name))
        raise NotFound(
            f"there is no customer {name!r}",
            hint=f"did you mean {near}?" if near else "add it: net30 customer add NAME",
            code="customer_not_found",
            values={"names": near or None},
        ) from None


def customer_called(ctx: ReadContext, customer_id: str) -> str:
    """Return a customer's name, or the id of one who was never taken in from a ledger."""
    try:
        return ctx.tx.load(Customer, customer_id).value.name
    except NotFound:
        return customer_id
