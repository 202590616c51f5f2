"""Payments: money received, what it settles, and what is given back of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.etag import tag_of
from net30.api.answers.listing import Place, page_of, walked
from net30.api.answers.paging import ROWS_USUAL, Cursor, Limit, Listed, reply_page
from net30.api.asked import ID_CHARACTERS_MAX, Currency, Day
from net30.api.deprecation import Deprecated, going_field
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation, Payment, PaymentMethod
from net30.kernel.errors import InputError, LimitExceeded, NotFound
from net30.kernel.money import Money
from net30.ports.store import Stored
from net30.services.context import Context, ReadContext
from net30.services.find_payments import PAYMENTS_MAX, find_payments
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

CUSTOMER = Deprecated(
    since=date(2026, 11, 22), sunset=date(2027, 11, 30), instead="/api/docs#record_received_payment"
)
"""A payment's `customer` is called `customer_id`, as an invoice's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settles:
    """So much (null: as far as it goes) for one invoice, by its number."""

    invoice: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Money that came: from whom or for which invoices, how much, when (null: today).

    `customer_id` may be a name, and left out with `settles`; `customer` is its older name. Without
    `settles`, `spread` settles the oldest invoices; else it stays unapplied cash.
    """

    amount: Money
    customer_id: str = ""
    customer: str = going_field(CUSTOMER)
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


class PaymentSort(StrEnum):
    """Orders of the payments."""

    RECORDED = "recorded"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of each payment; empty and null ask nothing."""

    method: PaymentMethod | None
    currency: str
    received_from: date | None
    received_to: date | None

    def fits(self, payment: Payment) -> bool:
        """Tell whether a payment is what is asked for."""
        return (
            self.method in {None, payment.method}
            and self.currency in {"", payment.amount.currency}
            and (self.received_from or date.min) <= payment.day <= (self.received_to or date.max)
        )


EXAMPLE = {
    "customer_id": "Acme Corp",
    "amount": {"amount": "1000000", "currency": "XOF"},
    "method": "mobile_money",
}


@routes.get("/payments", Permission.PAYMENTS_READ, gives=Listed[PaymentShown])
def list_payments(
    visit: Looking,
    *,
    customer: Annotated[str, Query(description="Name or id.", max_length=200)] = "",
    invoice: Annotated[str, Query(description="Number of one it settles.", max_length=200)] = "",
    method: PaymentMethod | None = None,
    currency: Currency = "",
    received_from: Day | None = None,
    received_to: Day | None = None,
    sort: PaymentSort = PaymentSort.RECORDED,
    descending: bool = False,
    limit: Limit = ROWS_USUAL,
    cursor: Cursor = "",
) -> Response:
    """List payments, the earliest recorded first unless asked otherwise."""
    wanted = Wanted(
        method=method, currency=currency, received_from=received_from, received_to=received_to
    )
    with visit.look() as ctx:
        if sort is PaymentSort.RECORDED and not (descending or customer or invoice):
            items, after = walked(
                lambda last, rows: [
                    one.value for one in ctx.tx.page(Payment, after=last, limit=rows)
                ],
                lambda one: one.id,
                wanted.fits,
                limit=limit,
                cursor=cursor,
            )
            visit.note_read("payments", len(items))
            return reply_page(visit.request, tuple(map(_shown, items)), after)
        found = find_payments(ctx, customer=customer, invoice=invoice, limit=PAYMENTS_MAX)
    if len(found) == PAYMENTS_MAX:
        raise LimitExceeded(
            f"there are {PAYMENTS_MAX:,} payments or more to put in order",
            hint="ask for those of one customer, or in the order they were recorded",
            code="too_many_rows",
        )
    rows: list[tuple[Place, object]] = [
        ((one.day.isoformat() if sort is PaymentSort.DAY else "", one.id), _shown(one))
        for one in (row.payment for row in found)
        if wanted.fits(one)
    ]
    visit.note_read("payments", min(limit, len(rows)))
    return page_of(visit.request, rows, limit=limit, cursor=cursor, descending=descending)


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
    if received.customer:
        visit.tell_deprecated(CUSTOMER)
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
    if received.customer_id and received.customer:
        raise InputError(
            "`customer` is the older name of `customer_id`, and both are given",
            hint="give `customer_id` only",
            code="payer",
        )
    customer = received.customer_id or received.customer
    if customer:
        return customer_by_name(ctx, customer).value.id
    if not received.settles:
        raise InputError(
            "it is not said who paid",
            hint="give `customer_id`, or `settles` with an invoice",
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
