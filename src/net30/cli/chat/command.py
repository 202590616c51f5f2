"""net30 chat: the command; the assistant is loaded only when the command runs."""

from __future__ import annotations

from typing import Annotated

import typer

from net30.cli.chat import kept
from net30.cli.session import opened


def register(program: typer.Typer) -> None:
    """Add these commands to `net30`."""
    program.command("chat")(chat)
    program.add_typer(kept.app, name="chats")


def chat(
    *,
    conversation: Annotated[
        str, typer.Argument(help="With --resume: which one; net30 chats list shows them.")
    ] = "",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with your last conversation, or that one.")
    ] = False,
    model: Annotated[
        str, typer.Option(help="offline, or a language model as in NET30_CHAT_URL.")
    ] = "",
) -> None:
    """Talk with the assistant: several messages, what was said before is kept.

    Without a terminal it reads a message a line from standard input.
    """
    from net30.cli.chat.talking import go_on, talk, visit

    with opened() as net30:
        visiting = visit(net30, model)
        if resume or conversation:
            go_on(visiting, conversation)
        raise typer.Exit(talk(visiting))
