"""net30 bounds: how much may be done through the assistant on one day."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from net30.app import App
from net30.cli.output import print_json, say
from net30.cli.session import Json, changing
from net30.domain.bounds import AssistantDay, Bound, DailyBounds, day_of
from net30.kernel.errors import InputError, NotFound
from net30.kernel.money import Money
from net30.language.amounts import write_money
from net30.services.create_organisation import save_organisation

UNCHANGED = -1


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("bounds")(bounds)


def bounds(
    *,
    payments: Annotated[int, typer.Option(help="Payments recorded a day.")] = UNCHANGED,
    credits: Annotated[  # noqa: A002 - the option's name
        int, typer.Option(help="Credit notes and voids a day.")
    ] = UNCHANGED,
    mails: Annotated[int, typer.Option(help="Invoices and reminders sent a day.")] = UNCHANGED,
    issues: Annotated[int, typer.Option(help="Drafts issued a day.")] = UNCHANGED,
    drafts: Annotated[int, typer.Option(help="Drafts made or deleted a day.")] = UNCHANGED,
    amount: Annotated[
        str,
        typer.Option(
            metavar="CUR=AMOUNT",
            help="What a day's payments, and its credits, may come to: XOF=200000000.",
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Show how much may be done through the assistant on one day, or change it.

    What you type as commands is never bounded.
    """
    numbers = {
        Bound.PAYMENTS: payments,
        Bound.CREDITS: credits,
        Bound.MAILS: mails,
        Bound.ISSUES: issues,
        Bound.DRAFTS: drafts,
    }
    with changing() as net30:
        chosen = _changed(net30, numbers, amount)
        used = _used(net30)
        currency = _currency(net30, amount)
    if json:
        print_json(
            {
                "numbers": {bound.value: chosen.number(bound) for bound in Bound},
                "amount": chosen.amount(currency),
                "today": used,
            }
        )
        return
    for bound in Bound:
        say(f"{bound:10} {chosen.number(bound):>6,} a day, {used.tally(bound).number:,} today")
    most = write_money(chosen.amount(currency), "en")
    say(f"Payments may come to {most} a day, and so may credits; each currency has its own.")


def _changed(net30: App, numbers: dict[Bound, int], amount: str) -> DailyBounds:
    with net30.change() as ctx:
        company = ctx.company
        chosen = company.bounds
        for bound, number in numbers.items():
            chosen = chosen if number == UNCHANGED else chosen.with_number(bound, number)
        chosen = chosen.with_amount(_amount(amount)) if amount else chosen
        if chosen != company.bounds:
            save_organisation(ctx, replace(company, bounds=chosen))
    return chosen


def _used(net30: App) -> AssistantDay:
    with net30.look() as ctx:
        name = day_of(ctx.today)
        try:
            return ctx.tx.load(AssistantDay, name).value
        except NotFound:
            return AssistantDay(id=name)


def _currency(net30: App, amount: str) -> str:
    with net30.look() as ctx:
        return _amount(amount).currency if amount else ctx.company.currency


def _amount(text: str) -> Money:
    currency, equals, value = text.partition("=")
    if not equals:
        raise InputError(
            f"{text!r} is no amount of a currency", hint="write XOF=200000000", code="amount"
        )
    return Money.of(value.strip(), currency.strip().upper())
