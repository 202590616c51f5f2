"""net30 ask: one sentence, one answer."""

from __future__ import annotations

from typing import Annotated

import typer

from net30.app import App
from net30.cli import exits
from net30.cli.invoice import tell
from net30.cli.output import print_json, say
from net30.cli.session import Json, opened, settle
from net30.services.issue_invoice import issue_invoice

EXITS = {
    "done": exits.DONE,
    "asked": exits.ASKED,
    "refused": exits.REFUSED,
    "confirm": exits.CONFIRM,
}


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("ask")(ask_once)


def ask_once(
    *,
    sentence: Annotated[str, typer.Argument(help="What you want, in plain words.")],
    issue: Annotated[bool, typer.Option("--issue", help="Issue the invoice it drafts.")] = False,
    json: Json = False,
) -> None:
    """Do what a sentence says: draft an invoice, find some, show figures; never guess an amount."""
    with opened() as net30:
        raise typer.Exit(answer(net30, sentence, issue=issue, as_json=json))


def answer(net30: App, sentence: str, *, issue: bool, as_json: bool) -> int:
    """Print the assistant's answer and return the exit code that stands for its outcome."""
    from net30.assistant.ask import ask

    invoice = None
    with net30.change() as ctx:
        given = ask(ctx, sentence)
        if issue and given.invoice_id:
            invoice = issue_invoice(ctx, given.invoice_id)
    settle(net30)
    if as_json:
        print_json({"answer": given, "issued": invoice})
    elif invoice is not None:
        tell(net30, invoice, as_json=False)
    else:
        say(given.text)
    return EXITS[given.outcome]
