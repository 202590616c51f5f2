"""net30 chats: the kept conversations, for scripts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from net30.cli import exits
from net30.cli.chat.wording import brief, fitted, form_of, transcript
from net30.cli.output import print_json, say
from net30.cli.session import Json, opened
from net30.domain.conversation import Conversation
from net30.kernel.files import write_whole
from net30.services.conversations.delete_conversation import delete_conversation
from net30.services.conversations.export_conversation import (
    Written,
    export_conversation,
    take_conversation,
)
from net30.services.conversations.list_conversations import LISTED, list_conversations
from net30.services.conversations.open_conversation import open_conversation
from net30.services.conversations.search_conversations import search_conversations

app = typer.Typer(help="List, show, search, export, delete conversations.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The conversation's id; net30 chats list shows it.")]
Limit = Annotated[int, typer.Option(help="So many at most.", min=1)]


@app.command("list")
def list_kept(*, limit: Limit = LISTED, json: Json = False) -> None:
    """List your conversations, the latest first."""
    with opened() as net30, net30.look() as ctx:
        found = list_conversations(ctx, limit)
    if json:
        print_json([_row(one) for one in found])
        return
    for one in found:
        say(brief(one, ctx.time_zone, one.id))


@app.command("show")
def show(*, conversation: Id, json: Json = False) -> None:
    """Show a conversation."""
    with opened() as net30, net30.look() as ctx:
        found = open_conversation(ctx, conversation)
    if json:
        sys.stdout.write(export_conversation(found, Written.JSON))
        return
    say(found.title)
    if found.dropped:
        say(f"({found.dropped} earlier turns were not kept)")
    for line in transcript(found.turns, ctx.time_zone):
        say(line)


@app.command("search")
def search(
    *,
    words: Annotated[list[str], typer.Argument(help="All of them must be there.")],
    limit: Limit = LISTED,
    json: Json = False,
) -> None:
    """Find your conversations that hold words; case and accents do not matter."""
    with opened() as net30, net30.look() as ctx:
        found = search_conversations(ctx, " ".join(words), limit)
    if json:
        print_json([_row(one.conversation) | {"text": one.turn.text} for one in found])
        return
    for one in found:
        say(brief(one.conversation, ctx.time_zone, one.conversation.id))
        say(fitted(f"    {' '.join(one.turn.text.split())}"))


@app.command("export")
def export(
    *,
    conversation: Id,
    to: Annotated[Written | None, typer.Option(help="md (plain text) or json.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file.")] = None,
    json: Json = False,
) -> None:
    """Write a conversation to a file, or to standard output."""
    with opened() as net30, net30.look() as ctx:
        found = open_conversation(ctx, conversation)
        text = take_conversation(ctx, found, to or form_of(output or Path()))
    if output is None:
        sys.stdout.write(text)
        return
    write_whole(output, text.encode())
    print_json({"file": output, "turns": len(found.turns)}) if json else say(f"Wrote {output}.")


@app.command("delete")
def delete(
    *,
    conversation: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
    json: Json = False,
) -> None:
    """Delete a conversation for good; drafts and invoices made in it stay in the books."""
    with opened() as net30, net30.change() as ctx:
        found = open_conversation(ctx, conversation)
        if yes:
            delete_conversation(ctx, conversation)
    if json:
        print_json({"deleted": found.id if yes else None, "title": found.title})
    else:
        told = "Deleted" if yes else "With --yes this would be deleted"
        say(f"{told}: {found.title} ({len(found.turns)} turns).")
    if not yes:
        raise typer.Exit(exits.CONFIRM)


def _row(conversation: Conversation) -> dict[str, object]:
    return {
        "id": conversation.id,
        "title": conversation.title,
        "started_at": conversation.started_at,
        "last_at": conversation.last_at,
        "turns": len(conversation.turns),
        "turns_dropped": conversation.dropped,
    }
