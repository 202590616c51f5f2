"""Find payments: all that came, of a customer or for an invoice, and the one that is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from net30.domain.aggregates import Key
from net30.domain.open_item import OpenItem
from net30.domain.payment import Payment
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.ports.store import PAGE_ROWS_MAX, Stored
from net30.services.context import ReadContext
from net30.services.found import customer_by_name, customer_called, open_item_by_number

PAYMENTS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class FoundPayment:
    """A payment, whose it is, and the numbers of the invoices it settles, or did until returned."""

    payment: Payment
    customer: str
    invoices: tuple[str, ...]


def find_payments(
    ctx: ReadContext, *, customer: str = "", invoice: str = "", limit: int = 50
) -> tuple[FoundPayment, ...]:
    """Return the latest payments first: of all, of a customer, or those that settle an invoice.

    A returned payment is found by the invoices it had settled. Raises NotFound for an unknown
    name or number, InputError for a limit beyond 1,000.
    """
    if not 1 <= limit <= PAYMENTS_MAX:
        raise InputError(
            f"{limit} payments cannot be listed", hint=f"1 to {PAYMENTS_MAX:,}", code="limit"
        )
    found = [stored.value for stored in _wanted(ctx, customer, invoice)]
    found.sort(key=lambda payment: (payment.day, payment.id), reverse=True)
    return tuple(
        FoundPayment(
            payment,
            customer_called(ctx, payment.customer_id),
            tuple(ctx.tx.load(OpenItem, one).value.number for one in settled_by(payment)),
        )
        for payment in found[:limit]
    )


def find_payment(ctx: ReadContext, words: str) -> Stored[Payment]:
    """Return the one payment with an id or a reference; raise NotFound, Conflict for several."""
    wanted = words.strip()
    try:
        return ctx.tx.load(Payment, wanted)
    except NotFound:
        found = [one for one in _all(ctx) if wanted and one.value.reference == wanted]
    if not found:
        raise NotFound(
            f"there is no payment {words!r}",
            hint="net30 payment list shows them; what another system recorded cannot change here",
            code="payment_not_found",
        )
    if len(found) > 1:
        ids = ", ".join(one.value.id for one in found)
        raise Conflict(
            f"{len(found)} payments have the reference {words!r}",
            hint=f"name one by its id: {ids}",
            code="payment_ambiguous",
        )
    return found[0]


def settled_by(payment: Payment) -> tuple[str, ...]:
    """Return the ids of the invoices that a payment settles, or did until it was returned."""
    parts = payment.returned.allocations if payment.returned else payment.allocations
    return tuple(dict.fromkeys(part.invoice_id for part in parts))


def _wanted(ctx: ReadContext, customer: str, invoice: str) -> Iterator[Stored[Payment]]:
    item = open_item_by_number(ctx, invoice).value if invoice else None
    whose = customer_by_name(ctx, customer).value.id if customer else ""
    if not whose and item:
        whose = item.customer_id
    for stored in _of(ctx, whose) if whose else _all(ctx):
        if item is None or item.id in settled_by(stored.value):
            yield stored


def _of(ctx: ReadContext, customer_id: str) -> Iterable[Stored[Payment]]:
    found = ctx.tx.find(Payment, Key.CUSTOMER, customer_id)
    if len(found) < PAGE_ROWS_MAX:
        return found
    return (one for one in _all(ctx) if one.value.customer_id == customer_id)


def _all(ctx: ReadContext) -> Iterator[Stored[Payment]]:
    after = ""
    while page := ctx.tx.page(Payment, after=after, limit=PAGE_ROWS_MAX):
        yield from page
        after = page[-1].value.id
