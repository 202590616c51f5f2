"""net30 payment: the payments that came, and those that the bank gave back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, changing, opened
from net30.domain.open_item import OpenItem
from net30.domain.payment import Payment
from net30.kernel.dates import parse_date
from net30.language.amounts import write_money
from net30.services.find_payments import FoundPayment, find_payments, settled_by
from net30.services.return_payment import ReturnedPayment, return_payment

app = typer.Typer(help="Payments: list, return.", no_args_is_help=True)


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="payment")


@app.command("list")
def list_payments(
    *,
    customer: Annotated[str, typer.Option(help="Name or id.")] = "",
    invoice: Annotated[str, typer.Option(help="Only what settles this invoice, or did.")] = "",
    limit: Annotated[int, typer.Option(help="Rows at most.")] = 50,
    json: Json = False,
) -> None:
    """List payments with their ids, the latest first."""
    with opened() as net30, net30.look() as ctx:
        found = find_payments(ctx, customer=customer, invoice=invoice, limit=limit)
    if json:
        print_json(found)
        return
    columns = ("payment", "customer", "day", "amount>", "for", "reference", "returned")
    print_table(counted(len(found), "payments"), columns, _rows(found))


@app.command("return")
def give_back(
    *,
    payment: Annotated[
        str, typer.Argument(help="The payment's id or reference: net30 payment list.")
    ],
    on: Annotated[
        str, typer.Option(help="The day the bank took it back, YYYY-MM-DD; today by default.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why, as the bank says.")] = "",
    json: Json = False,
) -> None:
    """Record that the bank gave a payment back: its invoices are open again."""
    wanted = ReturnedPayment(payment=payment, day=parse_date(on) if on else None, reason=reason)
    with changing() as net30, net30.change() as ctx:
        after = return_payment(ctx, wanted)
        items = [ctx.tx.load(OpenItem, one).value for one in settled_by(after)]
    if json:
        print_json({"payment": after, "open_items": items})
        return
    say(_told(after))
    for item in items:
        due = f", due {item.due_date}" if item.due_date else ""
        say(f"{write_money(item.balance, 'en')} is open again on {item.number}{due}.")


def _told(payment: Payment) -> str:
    day = payment.returned.day if payment.returned else payment.day
    return f"Returned on {day}: {write_money(payment.amount, 'en')} that came on {payment.day}."


def _rows(found: Sequence[FoundPayment]) -> list[tuple[str, ...]]:
    return [
        (
            one.payment.id,
            one.customer,
            str(one.payment.day),
            write_money(one.payment.amount, "en"),
            ", ".join(one.invoices),
            one.payment.reference,
            str(one.payment.returned.day) if one.payment.returned else "",
        )
        for one in found
    ]
