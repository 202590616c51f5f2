"""net30 ask: one sentence, one answer."""

from __future__ import annotations

from typing import Annotated

import typer

from net30.cli import exits
from net30.cli.invoice import tell
from net30.cli.output import print_json, say
from net30.cli.session import Json, changing


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
    raise NotImplementedError(sentence, issue, json, tell, exits, changing, print_json, say)
