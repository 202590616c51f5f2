"""Payments: money received, what it settles, and what is given back of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.etag import tag_of
from net30.api.answers.paging import ROWS_USUAL, Cursor, Limit, Listed, reply_page
from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation, Payment, PaymentMethod
from net30.kernel.errors import InputError, NotFound
from net30.kernel.money import Money
from net30.ports.store import Stored
from net30.services.context import Context, ReadContext
from net30.services.found import customer_by_name, open_item_by_number
from net30.services.record_payment import (
    NewPayment,
    allocate_payment,
    record_payment,
    refund_payment,
)
from net30.services.return_payment import ReturnedPayment, return_payment
from net30.services.unapplied_cash import UnappliedCash, unapplied_cash

routes = Resource("payments", "Money received, and what it settles.")

Id = Annotated[str, Path(description="The payment's id.", max_length=ID_CHARACTERS_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settles:
    """So much (null: as far as it goes) for one invoice, by its number."""

    invoice: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Money that came: from whom or for which invoices, how much, when (null: today).

    Without `settles`, `spread` settles the oldest invoices; else it stays unapplied cash.
    """

    amount: Money
    customer: str = ""
    settles: tuple[Settles, ...] = ()
    day: date | None = None
    method: PaymentMethod = PaymentMethod.BANK_TRANSFER
    reference: str = ""
    spread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An invoice that was settled, and what is still open of it."""

    open_item: OpenItem
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentShown:
    """A payment, and what of it settles nothing yet."""

    payment: Payment
    unapplied: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The payment, what of it settles nothing yet, and the invoices it settles as they are now."""

    payment: Payment
    unapplied: Money
    open_items: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """How much of the unapplied cash was given back today."""

    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounced:
    """The day on which the bank gave the money back (null: today), and why."""

    day: date | None = None
    reason: str = ""


EXAMPLE = {
    "customer": "Acme Corp",
    "amount": {"amount": "1000000", "currency": "XOF"},
    "method": "mobile_money",
}


@routes.get("/payments", Permission.PAYMENTS_READ, gives=Listed[PaymentShown])
def list_payments(visit: Looking, limit: Limit = ROWS_USUAL, cursor: Cursor = "") -> Response:
    """List payments, the earliest recorded first."""
    with visit.look() as ctx:
        page = ctx.tx.page(Payment, after=cursor, limit=limit + 1)
    items = tuple(_shown(stored.value) for stored in page[:limit])
    last = items[-1].payment.id if len(page) > limit else ""
    return reply_page(visit.request, items, last)


@routes.get("/payments/unapplied", Permission.PAYMENTS_READ, gives=tuple[UnappliedCash, ...])
def list_unapplied_cash(
    visit: Looking,
    customer: Annotated[str, Query(description="Name or id.", max_length=200)] = "",
) -> Response:
    """List the payments of which something settles nothing yet, oldest first."""
    with visit.look() as ctx:
        return visit.reply(unapplied_cash(ctx, customer))


@routes.get("/payments/{payment}", Permission.PAYMENTS_READ, gives=PaymentShown)
def get_payment(visit: Looking, payment: Id) -> Response:
    """Show a payment with what it settles."""
    with visit.look() as ctx:
        found = _payment(ctx, payment)
    return visit.reply(_shown(found.value), tag=tag_of(found.version))


@routes.post(
    "/payments",
    Permission.PAYMENTS_WRITE,
    takes=Received,
    gives=Recorded,
    status=201,
    example=EXAMPLE,
)
def record_received_payment(visit: Changing) -> Response:
    """Record money that came; what is over stays the customer's unapplied cash."""
    received = visit.body(Received)
    return visit.once(lambda ctx: _recorded(ctx, recorded(ctx, received)), at=_address)


@routes.post(
    "/payments/{payment}/allocations",
    Permission.PAYMENTS_WRITE,
    takes=Settles,
    gives=Recorded,
)
def allocate_unapplied_cash(visit: Changing, payment: Id) -> Response:
    """Put unapplied cash of a payment to an invoice."""
    wanted = visit.body(Settles)

    def allocated(ctx: Context) -> Recorded:
        spare = _payment(ctx, payment).value.unapplied
        part = _allocation(ctx, wanted, spare)
        return _recorded(ctx, allocate_payment(ctx, payment, [part]))

    return visit.once(allocated)


@routes.post(
    "/payments/{payment}/refunds", Permission.PAYMENTS_WRITE, takes=Refund, gives=PaymentShown
)
def refund_unapplied_cash(visit: Changing, payment: Id) -> Response:
    """Record that unapplied cash was paid back today."""
    amount = visit.body(Refund).amount

    def refunded(ctx: Context) -> PaymentShown:
        _payment(ctx, payment)
        return _shown(refund_payment(ctx, payment, amount))

    return visit.once(refunded)


@routes.post(
    "/payments/{payment}/return",
    Permission.PAYMENTS_WRITE,
    takes=Bounced,
    gives=Recorded,
    example={"reason": "insufficient funds"},
)
def return_received_payment(visit: Changing, payment: Id) -> Response:
    """Record that the bank gave the money back: what it had settled is open again."""
    wanted = visit.body(Bounced)

    def returned(ctx: Context) -> Recorded:
        before = _payment(ctx, payment).value
        gone = ReturnedPayment(payment=payment, day=wanted.day, reason=wanted.reason)
        after = return_payment(ctx, gone)
        return _recorded(ctx, after, before)

    return visit.once(returned)


def _payment(ctx: ReadContext, payment_id: str) -> Stored[Payment]:
    try:
        return ctx.tx.load(Payment, payment_id)
    except NotFound:
        raise NotFound(
            f"there is no payment {payment_id!r}",
            hint="GET /api/v1/payments lists them",
            code="payment_not_found",
        ) from None


def _shown(payment: Payment) -> PaymentShown:
    return PaymentShown(payment=payment, unapplied=payment.unapplied)


def recorded(ctx: Context, received: Received) -> Payment:
    """Return the payment of money that came."""
    return record_payment(ctx, _new(ctx, received))


def _new(ctx: Context, received: Received) -> NewPayment:
    left = received.amount
    parts = []
    for one in received.settles:
        part = _allocation(ctx, one, left)
        parts.append(part)
        left -= part.amount
    return NewPayment(
        customer_id=_customer(ctx, received),
        amount=received.amount,
        day=received.day,
        method=received.method,
        reference=received.reference,
        allocations=tuple(parts),
        spread=received.spread,
    )


def _customer(ctx: ReadContext, received: Received) -> str:
    if received.customer:
        return customer_by_name(ctx, received.customer).value.id
    if not received.settles:
        raise InputError(
            "it is not said who paid",
            hint="give `customer`, or `settles` with an invoice",
            code="payer",
        )
    return open_item_by_number(ctx, received.settles[0].invoice).value.customer_id


def _allocation(ctx: ReadContext, wanted: Settles, left: Money) -> Allocation:
    item = open_item_by_number(ctx, wanted.invoice).value
    asked = wanted.amount or left
    if not asked.currency == left.currency == item.amount.currency:
        raise InputError(
            f"{item.number} is in {item.amount.currency}, the payment in {left.currency}",
            hint="give both in one currency",
            code="currency",
        )
    return Allocation(item.id, wanted.amount or min(left, item.balance))


def _recorded(ctx: ReadContext, payment: Payment, before: Payment | None = None) -> Recorded:
    """Return a payment with the invoices it settles, or did `before` it was returned."""
    ids = dict.fromkeys(part.invoice_id for part in (before or payment).allocations)
    items = (ctx.tx.load(OpenItem, one).value for one in ids)
    claims = tuple(Claim(open_item=item, balance=item.balance) for item in items)
    return Recorded(payment=payment, unapplied=payment.unapplied, open_items=claims)


def _address(made: object) -> str:
    assert isinstance(made, Recorded)
    return f"/api/v1/payments/{made.payment.id}"
