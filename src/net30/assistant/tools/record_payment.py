"""Record money received on an invoice: amount, day and method."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result
from net30.domain.identity.roles import Permission
from net30.domain.open_item import OpenItem, Settlement, SettlementKind
from net30.domain.payment import Allocation, PaymentMethod
from net30.kernel.money import Money
from net30.services.context import Context, ReadContext
from net30.services.found import open_item_by_number
from net30.services.record_payment import NewPayment
from net30.services.record_payment import record_payment as record

ACCESS = Access.CONFIRM
NEEDS = (Permission.PAYMENTS_WRITE,)


class Args(Arguments):
    """Which invoice; without an amount its whole balance, without a date today."""

    number: str = Field(description="The invoice's number.")
    amount: Decimal | None = Field(
        default=None, description="What came in, in the invoice's currency; its whole balance."
    )
    day: date | None = Field(default=None, alias="date", description="When it came; today.")
    method: PaymentMethod | None = Field(
        default=None, description="How it came; by bank transfer if not said."
    )


def check(ctx: ReadContext, args: Args) -> None:
    """Raise Conflict for more than is open, before anybody is asked for a yes."""
    item = open_item_by_number(ctx, args.number).value
    amount = _amount(item, args)
    day = args.day or ctx.today
    kind = SettlementKind.PAYMENT
    item.settle(
        Settlement(kind=kind, amount=amount, day=day, known_on=ctx.today, source_id=item.id)
    )


def run(ctx: Context, args: Args) -> Result:
    """Record the payment and return what is left to pay."""
    item = open_item_by_number(ctx, args.number).value
    amount = _amount(item, args)
    payment = record(
        ctx,
        NewPayment(
            customer_id=item.customer_id,
            amount=amount,
            day=args.day,
            method=args.method or PaymentMethod.BANK_TRANSFER,
            allocations=(Allocation(item.id, amount),),
        ),
    )
    left = open_item_by_number(ctx, args.number).value.balance
    return Result(
        "payment_recorded",
        {"number": item.number, "amount": payment.amount, "balance": left},
        reference=item.number,
    )


def _amount(item: OpenItem, args: Args) -> Money:
    if args.amount is None:
        return item.balance
    return Money.of(args.amount, item.amount.currency)
