"""net30 ask: one sentence, one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from net30.app import App
from net30.cli import exits
from net30.cli.invoice import tell
from net30.cli.output import print_json, say
from net30.cli.session import Json, opened, settle
from net30.domain.invoice import Invoice
from net30.kernel.errors import NotFound
from net30.services.context import Context
from net30.services.conversations.open_conversation import latest_conversation
from net30.services.issue_invoice import issue_invoice
from net30.services.projections.documents import draft_files

if TYPE_CHECKING:
    from net30.assistant.answer import Answer
    from net30.assistant.dialogue import Dialogue

YES = "yes"
MINUTES_GONE_ON = 30
"""A conversation that is older is over: the next sentence begins a new one."""

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
    new: Annotated[bool, typer.Option("--new", help="Begin a new conversation.")] = False,
    issue: Annotated[bool, typer.Option("--issue", help="Issue the invoice it drafts.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Say yes to what it asks first.")] = False,
    json: Json = False,
) -> None:
    """Do what a sentence says: draft an invoice, find some, show figures; never guess an amount.

    It goes on from your last conversation, if that is not longer ago than half an hour.
    """
    with opened() as net30:
        wishes = Wishes(new=new, issue=issue, yes=yes, as_json=json)
        raise typer.Exit(answer(net30, sentence, wishes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How one sentence is to be answered."""

    new: bool = False
    issue: bool = False
    yes: bool = False
    as_json: bool = False


def answer(net30: App, sentence: str, wishes: Wishes) -> int:
    """Print the assistant's answer and return the exit code that stands for its outcome."""
    from net30.assistant.answer import Outcome
    from net30.assistant.dialogue import Dialogue

    dialogue = Dialogue(
        house=net30,
        model=net30.chat,
        conversation_id="" if wishes.new else _recent(net30),
    )
    given = dialogue.answer(sentence)
    if wishes.yes and given.outcome is Outcome.CONFIRM:
        given = dialogue.answer(YES)
    with net30.change() as ctx:
        drafts = [reference for reference in given.references if _is_draft(ctx, reference)]
        issued = [issue_invoice(ctx, draft) for draft in drafts] if wishes.issue else []
    settle(net30)
    if wishes.as_json:
        _print_json(dialogue, given, issued)
    elif issued:
        for invoice in issued:
            tell(net30, invoice, as_json=False)
    else:
        _print(net30, given, drafts)
    return exits.exit_code_of(given.faults[0]) if given.faults else EXITS[given.outcome]


def _print(net30: App, given: Answer, drafts: Sequence[str]) -> None:
    say(given.text)
    with net30.look() as ctx:
        for draft in drafts:
            for blob in draft_files(ctx, draft):
                say(f"  {ctx.blobs.where(ctx.organisation, blob)}")
            say(f"Issue it: net30 invoice issue {draft}")


def _print_json(dialogue: Dialogue, given: Answer, issued: Sequence[Invoice]) -> None:
    print_json(
        {
            "text": given.text,
            "outcome": given.outcome,
            "calls": [call.as_json() for call in given.calls],
            "references": given.references,
            "language": given.language,
            "answered_by": given.answered_by,
            "conversation": dialogue.conversation_id,
            "issued": issued,
        }
    )


def _recent(net30: App) -> str:
    """Return the id of the conversation to go on with, or nothing."""
    with net30.look() as ctx:
        latest = latest_conversation(ctx, timedelta(minutes=MINUTES_GONE_ON))
    return latest.id if latest else ""


def _is_draft(ctx: Context, reference: str) -> bool:
    try:
        return not ctx.tx.load(Invoice, reference).value.is_issued
    except NotFound:  # the number of an issued one
        return False
