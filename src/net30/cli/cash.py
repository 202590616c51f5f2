"""net30 cash: money that is not allocated yet, put to invoices or paid back."""

from __future__ import annotations

from typing import Annotated

import typer

from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, changing, opened
from net30.domain.payment import Allocation
from net30.kernel.money import Money
from net30.language.amounts import write_money
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.credit_invoice import refund_credit
from net30.services.found import open_item_by_number
from net30.services.record_payment import allocate_payment, refund_payment
from net30.services.unapplied_cash import payment_by_id, unapplied_cash

app = typer.Typer(help="Unapplied cash: list, allocate, refund.", no_args_is_help=True)

Paid = Annotated[str, typer.Argument(help="The payment's id: net30 cash list.")]


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="cash")


@app.command("list")
def list_cash(
    *,
    customer: Annotated[str, typer.Option(help="Of one customer only.")] = "",
    json: Json = False,
) -> None:
    """List the payments of which something is not allocated."""
    with opened() as net30, net30.look() as ctx:
        found = unapplied_cash(ctx, customer)
    if json:
        print_json(found)
        return
    rows = [
        (
            one.payment.id,
            one.customer,
            str(one.payment.day),
            write_money(one.payment.amount, "en"),
            write_money(one.payment.unapplied, "en"),
        )
        for one in found[:PAGE_ROWS_MAX]
    ]
    columns = ("payment", "customer", "day", "amount>", "unapplied>")
    print_table(counted(len(found), "payments with unapplied cash"), columns, rows)


@app.command("allocate")
def allocate(
    *,
    payment: Paid,
    number: Annotated[str, typer.Argument(help="The invoice's number.")],
    amount: Annotated[str, typer.Option(help="How much; as far as it goes by default.")] = "",
    json: Json = False,
) -> None:
    """Put unapplied cash of a payment to an invoice."""
    with changing() as net30, net30.change() as ctx:
        item = open_item_by_number(ctx, number).value
        spare = payment_by_id(ctx, payment).unapplied
        part = Money.of(amount, item.balance.currency) if amount else min(spare, item.balance)
        after = allocate_payment(ctx, payment, [Allocation(item.id, part)])
        left = open_item_by_number(ctx, number).value.balance
    if json:
        print_json({"payment": after, "open": left})
        return
    say(f"Put {write_money(part, 'en')} to {number}; {write_money(left, 'en')} is still open.")


@app.command("refund")
def refund(
    *,
    source: Annotated[str, typer.Argument(help="A payment's id, or a credit note's number.")],
    amount: Annotated[str, typer.Argument(help="How much was paid back.")],
    credit_note: Annotated[
        bool, typer.Option("--credit-note", help="The source is a credit note.")
    ] = False,
    json: Json = False,
) -> None:
    """Record that unapplied cash, or unused credit, was paid back today."""
    with changing() as net30, net30.change() as ctx:
        if credit_note:
            credit = open_item_by_number(ctx, source).value
            item = refund_credit(ctx, source, Money.of(amount, credit.amount.currency))
            left = -item.balance
        else:
            currency = payment_by_id(ctx, source).amount.currency
            left = refund_payment(ctx, source, Money.of(amount, currency)).unapplied
    if json:
        print_json({"left": left})
        return
    say(f"Recorded; {write_money(left, 'en')} is left.")
