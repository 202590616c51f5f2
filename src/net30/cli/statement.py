"""net30 statement: what a customer owes on a day, as a page or a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from net30.cli.output import print_json, print_table, say
from net30.cli.session import Json, opened
from net30.kernel.dates import parse_date
from net30.language.amounts import write_money
from net30.services.make_statement import AGEING, Statement, make_statement
from net30.services.write_statement import statement_language, take_statement


def register(program: typer.Typer) -> None:
    """Add this command to `net30`."""
    program.command("statement")(statement)


def statement(
    *,
    customer: Annotated[str, typer.Argument(help="The customer's name or id.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A .pdf, .html, .csv or .xlsx file.")
    ] = None,
    as_of: Annotated[str, typer.Option(help="As known at the end of this day.")] = "",
    json: Json = False,
) -> None:
    """Show a customer's open items and their age, or write them as a statement of account."""
    with opened() as net30, net30.look() as ctx:
        found = make_statement(ctx, customer, parse_date(as_of) if as_of else None)
        company = ctx.company
        if output:
            written = take_statement(ctx, found, output.suffix.removeprefix(".").lower())
    if output:
        output.write_bytes(written)
        if not json:
            language = statement_language(company, found)
            say(f"Wrote the statement of {found.customer.name} to {output}, in {language}.")
            return
    if json:
        print_json(
            {
                "customer": found.customer.name,
                "as_of": found.as_of,
                "file": output,
                "accounts": [
                    {
                        "currency": one.currency,
                        "balance": one.balance,
                        "unapplied": one.unapplied,
                        "returned": one.returned,
                        "lines": one.lines,
                        "ageing": dict(zip(AGEING, one.ageing, strict=True)),
                    }
                    for one in found.accounts
                ],
            }
        )
        return
    _show(found)


def _show(found: Statement) -> None:
    for account in found.accounts:
        rows = [
            (
                line.number,
                str(line.issued),
                str(line.due or ""),
                str(line.days_past_due or ""),
                write_money(line.open, "en"),
            )
            for line in account.lines
        ]
        columns = ("document", "issued", "due", "days past due>", "open>")
        print_table(f"{found.customer.name}, {account.currency}, {found.as_of}", columns, rows)
        for one in account.returned:
            told = f"{write_money(one.amount, 'en')} paid on {one.number}"
            say(f"{told} was returned by the bank on {one.day}.")
        if account.unapplied:
            say(f"Not allocated: {write_money(account.unapplied, 'en')}")
        say(f"Balance: {write_money(account.balance, 'en')}")
    if not found.accounts:
        say(f"Nothing is open of {found.customer.name} as of {found.as_of}.")
