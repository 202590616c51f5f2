"""Record money received, and settle open items with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.events import PaymentAllocated, PaymentRecorded, RefundMade
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem, Settlement, SettlementKind
from net30.domain.payment import Allocation, Payment, PaymentMethod, oldest_first
from net30.domain.settling import Moment, take_discount
from net30.kernel.dates import check_date
from net30.kernel.errors import InputError, NotFound
from net30.kernel.money import Money
from net30.ports.store import NEW
from net30.services.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """Money received: from whom, how much, when; and for which open items, if known.

    Without `allocations` the oldest due claims are settled first when `spread` is true;
    otherwise, and for what is left over, it stays unapplied cash.
    """

    customer_id: str
    amount: Money
    day: date | None = None
    method: PaymentMethod = PaymentMethod.BANK_TRANSFER
    reference: str = ""
    allocations: tuple[Allocation, ...] = ()
    spread: bool = False


def record_payment(ctx: Context, new: NewPayment) -> Payment:
    """Return the recorded payment with its allocations.

    An early-payment discount that the day allows closes the rest of an invoice. Raises
    InputError for a day in the future, Conflict when more is allocated than is open or was paid.
    """
    day = _day(ctx, new.day)
    ctx.tx.load(Customer, new.customer_id)
    allocations = new.allocations
    if not allocations and new.spread:
        allocations = oldest_first(new.amount, _open_items(ctx, new.customer_id, new.amount))
    payment = Payment(
        id=ctx.new_id(),
        customer_id=new.customer_id,
        amount=new.amount,
        day=day,
        known_on=ctx.today,
        method=new.method,
        reference=new.reference,
    ).allocate(allocations)
    discounts = _settle(ctx, payment, allocations, day)
    ctx.tx.save(payment, expected=NEW)
    ctx.record(
        PaymentRecorded(
            payment_id=payment.id,
            customer_id=payment.customer_id,
            amount=payment.amount,
            day=day,
            method=payment.method.value,
            allocations=allocations,
            discounts=discounts,
        )
    )
    return payment


def allocate_payment(ctx: Context, payment_id: str, allocations: Sequence[Allocation]) -> Payment:
    """Return an earlier payment with more of its unapplied cash put to open items, as of today."""
    stored = ctx.tx.load(Payment, payment_id)
    payment = stored.value.allocate(allocations)
    discounts = _settle(ctx, payment, allocations, ctx.today)
    ctx.tx.save(payment, expected=stored.version)
    ctx.record(
        PaymentAllocated(
            payment_id=payment.id,
            customer_id=payment.customer_id,
            day=ctx.today,
            allocations=tuple(allocations),
            discounts=discounts,
        )
    )
    return payment


def refund_payment(ctx: Context, payment_id: str, amount: Money) -> Payment:
    """Return a payment with some of its unapplied cash given back today."""
    stored = ctx.tx.load(Payment, payment_id)
    payment = stored.value.refund(amount)
    ctx.tx.save(payment, expected=stored.version)
    ctx.record(
        RefundMade(
            source_id=payment.id, customer_id=payment.customer_id, amount=amount, day=ctx.today
        )
    )
    return payment


def _settle(
    ctx: Context, payment: Payment, allocations: Sequence[Allocation], day: date
) -> tuple[Allocation, ...]:
    discounts = []
    for part in allocations:
        stored = ctx.tx.load(OpenItem, part.invoice_id)
        item = stored.value
        if item.customer_id != payment.customer_id:
            raise InputError(
                f"{item.number} is another customer's",
                hint="allocate to invoices of the customer who paid",
                code="other_customer",
            )
        item = item.settle(
            Settlement(
                kind=SettlementKind.PAYMENT,
                amount=part.amount,
                day=day,
                known_on=ctx.today,
                source_id=payment.id,
            )
        )
        closed = _less_discount(ctx, item, payment, day)
        if closed != item:
            discounts.append(Allocation(item.id, item.balance))
        ctx.tx.save(closed, expected=stored.version)
    return tuple(discounts)


def _less_discount(ctx: Context, item: OpenItem, payment: Payment, day: date) -> OpenItem:
    if item.imported:
        return item  # its invoice, with the terms, stayed in the other system
    invoice = ctx.tx.load(Invoice, item.id).value
    return take_discount(item, invoice, payment, Moment(day, ctx.today))


def _open_items(ctx: Context, customer_id: str, amount: Money) -> list[OpenItem]:
    found = ctx.tx.find(OpenItem, Key.CUSTOMER, customer_id)
    items = [stored.value for stored in found if stored.value.balance.minor > 0]
    of_currency = [item for item in items if item.amount.currency == amount.currency]
    if not of_currency:
        raise NotFound(
            f"the customer has nothing open in {amount.currency}",
            hint="record it without spreading to keep it as unapplied cash",
            code="nothing_open",
        )
    return of_currency


def _day(ctx: Context, day: date | None) -> date:
    if day is not None and check_date(day) > ctx.today:
        raise InputError(
            f"{day} is in the future", hint="record money when it has come", code="future_payment"
        )
    return day or ctx.today
