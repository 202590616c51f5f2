"""net30 ask: one sentence, one answer."""

from __future__ import annotations

from typing import Annotated

import typer

from net30.app import App
from net30.cli import exits
from net30.cli.invoice import tell
from net30.cli.output import print_json, say
from net30.cli.session import Json, opened, settle
from net30.domain.invoice import Invoice
from net30.kernel.errors import NotFound
from net30.services.context import Context
from net30.services.issue_invoice import issue_invoice
from net30.services.projections.documents import draft_files

YES = "yes"

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
    yes: Annotated[bool, typer.Option("--yes", help="Say yes to what it asks first.")] = False,
    json: Json = False,
) -> None:
    """Do what a sentence says: draft an invoice, find some, show figures; never guess an amount."""
    with opened() as net30:
        raise typer.Exit(answer(net30, sentence, issue=issue, yes=yes, as_json=json))


def answer(net30: App, sentence: str, *, issue: bool, yes: bool, as_json: bool) -> int:
    """Print the assistant's answer and return the exit code that stands for its outcome."""
    from net30.assistant.answer import Outcome
    from net30.assistant.ask import ask
    from net30.assistant.turns import Turn
    from net30.cli.conversation import keep, recall

    history = recall(net30.settings.home, net30.clock())
    given = ask(net30, sentence, history)
    said = (*history, Turn("user", sentence), given.as_turn())
    if yes and given.outcome is Outcome.CONFIRM:
        given = ask(net30, YES, said)
        said = (*said, Turn("user", YES), given.as_turn())
    with net30.change() as ctx:
        drafts = [reference for reference in given.references if _is_draft(ctx, reference)]
        issued = [issue_invoice(ctx, draft) for draft in drafts] if issue else []
    keep(net30.settings.home, net30.clock(), said)
    settle(net30)
    code = exits.exit_code_of(given.faults[0]) if given.faults else EXITS[given.outcome]
    if as_json:
        print_json(
            {
                "text": given.text,
                "outcome": given.outcome,
                "calls": [call.as_json() for call in given.calls],
                "references": given.references,
                "language": given.language,
                "answered_by": given.answered_by,
                "issued": issued,
            }
        )
        return code
    if issued:
        for invoice in issued:
            tell(net30, invoice, as_json=False)
        return code
    say(given.text)
    with net30.look() as ctx:
        for draft in drafts:
            for blob in draft_files(ctx, draft):
                say(f"  {ctx.blobs.where(ctx.organisation, blob)}")
            say(f"Issue it: net30 invoice issue {draft}")
    return code


def _is_draft(ctx: Context, reference: str) -> bool:
    try:
        return not ctx.tx.load(Invoice, reference).value.is_issued
    except NotFound:  # the number of an issued one
        return False
