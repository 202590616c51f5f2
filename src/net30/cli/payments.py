"""net30 pay, credit, void, write-off: what happens to an issued invoice."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from net30.cli.output import print_json, say
from net30.cli.session import Json, changing
from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation, PaymentMethod
from net30.kernel.dates import parse_date
from net30.kernel.money import Money
from net30.language.amounts import write_money
from net30.services.credit_invoice import credit_invoice, void_invoice, write_off_invoice
from net30.services.found import open_item_by_number
from net30.services.record_payment import NewPayment, record_payment

Number = Annotated[str, typer.Argument(help="The invoice's number.")]
Reason = Annotated[str, typer.Option(help="Why; it is printed on the credit note.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `net30`."""
    app.command("pay")(pay)
    app.command("credit")(credit)
    app.command("void")(void)
    app.command("write-off")(write_off)


def pay(
    *,
    number: Number,
    amount: Annotated[str, typer.Option(help="What came in; all that is open by default.")] = "",
    on: Annotated[str, typer.Option(help="The day it came, YYYY-MM-DD; today by default.")] = "",
    method: Annotated[
        PaymentMethod, typer.Option(help="How the money came.")
    ] = PaymentMethod.BANK_TRANSFER,
    reference: Annotated[str, typer.Option(help="The bank's or wallet's reference.")] = "",
    json: Json = False,
) -> None:
    """Record a payment of an invoice; what is over stays the customer's unapplied cash."""
    with changing() as net30, net30.change() as ctx:
        item = open_item_by_number(ctx, number).value
        paid = Money.of(amount, item.balance.currency) if amount else item.balance
        payment = record_payment(ctx, _new_payment(item, paid, _day(on), method, reference))
        after = open_item_by_number(ctx, number).value
    if json:
        print_json({"payment": payment, "open_item": after, "balance": after.balance})
        return
    say(f"Recorded {_money(payment.amount)} for {number}; {_money(after.balance)} is still open.")
    if payment.unapplied:
        say(f"{_money(payment.unapplied)} more than was open: kept as unapplied cash.")


def credit(
    *,
    number: Number,
    amount: Annotated[str, typer.Option(help="How much; all that is left by default.")] = "",
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Issue a credit note on an invoice, whole or in part."""
    with changing() as net30, net30.change() as ctx:
        currency = open_item_by_number(ctx, number).value.amount.currency
        wanted = Money.of(amount, currency) if amount else None
        note = credit_invoice(ctx, number, wanted, reason=reason)
        after = open_item_by_number(ctx, number).value
    if json:
        print_json({"credit_note": note, "open_item": after, "balance": after.balance})
        return
    say(f"Issued credit note {note.number} over {_money(note.totals.due)} on {number}.")
    say(f"{_money(after.balance)} is still open on {number}.")


def void(*, number: Number, reason: Reason = "", json: Json = False) -> None:
    """Void an issued invoice: a full credit note on today's date takes it back."""
    with changing() as net30, net30.change() as ctx:
        note = void_invoice(ctx, number, reason=reason)
    if json:
        print_json({"credit_note": note})
        return
    say(f"{number} is void: credit note {note.number} over {_money(note.totals.due)}.")


def write_off(*, number: Number, reason: Reason = "", json: Json = False) -> None:
    """Give up what is still open on an invoice."""
    with changing() as net30, net30.change() as ctx:
        lost = open_item_by_number(ctx, number).value.balance
        item = write_off_invoice(ctx, number, reason=reason)
    if json:
        print_json({"open_item": item, "written_off": lost})
        return
    say(f"Wrote off {_money(lost)} of {number}.")


def _new_payment(
    item: OpenItem, paid: Money, day: date | None, method: PaymentMethod, reference: str
) -> NewPayment:
    settles = min(paid, item.balance)
    return NewPayment(
        customer_id=item.customer_id,
        amount=paid,
        day=day,
        method=method,
        reference=reference,
        allocations=(Allocation(item.id, settles),) if settles else (),
    )


def _day(text: str) -> date | None:
    return parse_date(text) if text else None


def _money(amount: Money) -> str:
    return write_money(amount, "en")
