"""net30 collect promise, dispute, resolve, note, withdraw, park, assign: what customers said."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from net30.cli.output import print_json, say
from net30.cli.session import Json, changing
from net30.kernel.dates import parse_date
from net30.kernel.money import Money
from net30.language.amounts import write_money
from net30.services.dunning_policies import assign_policy
from net30.services.found import customer_by_name, open_item_by_number
from net30.services.mark_invoice import close_dispute, note_call, note_promise, open_dispute
from net30.services.save_customer import save_customer
from net30.services.withdraw_mark import MarkKind, withdraw_last

Number = Annotated[str, typer.Argument(help="The invoice's number.")]
Whom = Annotated[str, typer.Argument(help="The customer's name or id.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `net30 collect`."""
    app.command("promise")(promise)
    app.command("dispute")(dispute)
    app.command("resolve")(resolve)
    app.command("note")(note)
    app.command("withdraw")(withdraw)
    app.command("park")(park)
    app.command("unpark")(unpark)
    app.command("assign")(assign)


def promise(
    *,
    number: Number,
    day: Annotated[str, typer.Argument(help="The day they promised to pay by, YYYY-MM-DD.")],
    amount: Annotated[str, typer.Option(help="What was promised; all that is open.")] = "",
    json: Json = False,
) -> None:
    """Note a promise to pay: no reminder until the day has passed."""
    with changing() as net30, net30.change() as ctx:
        currency = open_item_by_number(ctx, number).value.amount.currency
        part = Money.of(amount, currency) if amount else None
        item = note_promise(ctx, number, parse_date(day), part)
    promised = item.promises[-1]
    if json:
        print_json({"open_item": item})
        return
    say(f"{item.number}: {write_money(promised.amount, 'en')} promised by {promised.day}.")


def dispute(
    *,
    number: Number,
    reason: Annotated[str, typer.Option(help="What the customer contests.")] = "",
    json: Json = False,
) -> None:
    """Note that the customer contests an invoice: it is not dunned until it is resolved."""
    with changing() as net30, net30.change() as ctx:
        item = open_dispute(ctx, number, reason)
    print_json({"open_item": item}) if json else say(f"{item.number} is disputed.")


def resolve(*, number: Number, json: Json = False) -> None:
    """Note that a dispute is settled: dunning goes on."""
    with changing() as net30, net30.change() as ctx:
        item = close_dispute(ctx, number)
    print_json({"open_item": item}) if json else say(f"{item.number} is disputed no more.")


def note(
    *,
    number: Number,
    text: Annotated[str, typer.Argument(help="What was said.")],
    json: Json = False,
) -> None:
    """Note a call about an invoice."""
    with changing() as net30, net30.change() as ctx:
        item = note_call(ctx, number, text)
    print_json({"open_item": item}) if json else say(f"Noted on {item.number}.")


def withdraw(
    *,
    number: Number,
    kind: Annotated[MarkKind, typer.Argument(help="What was noted by mistake.")],
    json: Json = False,
) -> None:
    """Take back the last dispute, promise or call that was noted today, by mistake."""
    with changing() as net30, net30.change() as ctx:
        item = withdraw_last(ctx, number, kind)
    print_json({"open_item": item}) if json else say(f"{item.number}: the {kind} is taken back.")


def park(*, customer: Whom, json: Json = False) -> None:
    """Send a customer no reminders and no recurring invoices until unparked."""
    _park(customer, parked=True, json=json)


def unpark(*, customer: Whom, json: Json = False) -> None:
    """Remind and invoice a parked customer again."""
    _park(customer, parked=False, json=json)


def assign(
    *,
    customer: Whom,
    policy: Annotated[str, typer.Argument(help="The policy's name; default is everybody's.")],
    json: Json = False,
) -> None:
    """Remind a customer by a dunning policy of their own."""
    with changing() as net30, net30.change() as ctx:
        saved = assign_policy(ctx, customer_by_name(ctx, customer).value, policy)
    print_json(saved) if json else say(f"{saved.name} is reminded by the policy {policy!r}.")


def _park(name: str, *, parked: bool, json: bool) -> None:
    with changing() as net30, net30.change() as ctx:
        saved = save_customer(ctx, replace(customer_by_name(ctx, name).value, parked=parked))
    print_json(saved) if json else say(f"{saved.name} is {'parked' if parked else 'not parked'}.")
