"""Talking: messages in, answers out, until the user leaves."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType

from net30.app import App
from net30.assistant.answer import OFFLINE, Answer
from net30.assistant.chat_model import ChatModel
from net30.assistant.dialogue import Dialogue
from net30.cli import exits
from net30.cli.chat.keyboard import Keyboard
from net30.cli.chat.screen import Screen
from net30.cli.chat.slash import LEAVE, Visit, carry_out
from net30.cli.output import complain
from net30.cli.session import settle
from net30.kernel.errors import Net30Error
from net30.services.conversations.list_conversations import list_conversations
from net30.services.conversations.open_conversation import open_conversation
from net30.services.projections.documents import draft_files
from net30.wiring.parts import chat_model

GREETING = "Say what you need, in plain words. /help lists commands; Ctrl-D leaves."


def visit(net30: App, model: str = "") -> Visit:
    """Return a user at the terminal, with the settings' language model unless one is named."""
    dialogue = Dialogue(house=net30, model=_model(net30, model))
    return Visit(net30=net30, dialogue=dialogue, screen=Screen(), keyboard=Keyboard())


def go_on(visit: Visit, conversation_id: str) -> None:
    """Open a kept conversation, or the one spoken in last; raise NotFound."""
    with visit.net30.look() as ctx:
        if conversation_id:
            visit.open(open_conversation(ctx, conversation_id))
        else:
            for latest in list_conversations(ctx, 1):
                visit.open(latest)


def talk(visit: Visit) -> int:
    """Answer messages and carry out commands until the user leaves; return the exit code."""
    if visit.keyboard.is_terminal:
        visit.screen.note(GREETING)
        if visit.dialogue.model:
            visit.dialogue.model.warm_up()  # while the first message is being typed
    while (text := visit.keyboard.read()) is not None:
        try:
            if text.startswith("/"):
                if carry_out(visit, text) == LEAVE:
                    break
            elif text:
                reply(visit, text)
        except KeyboardInterrupt:
            visit.screen.note("stopped")
        except Net30Error as fault:
            complain(fault, as_json=False)
    if visit.keyboard.is_terminal:
        visit.screen.note("Goodbye. net30 chat --resume goes on from here.")
    return exits.DONE


def reply(visit: Visit, text: str) -> None:
    """Show the answer piece by piece, then who gave it and where its drafts lie."""
    answer: Answer | None = None
    pieces = visit.dialogue.in_pieces(text)
    with _stoppable():
        try:
            for piece in pieces:
                if isinstance(piece, Answer):
                    answer = piece
                else:
                    visit.screen.write(piece)
        except KeyboardInterrupt:
            pieces.close()  # which keeps what was done
    visit.screen.end()
    if answer is None or answer.stopped:
        visit.screen.note("stopped: what was done until then stands")
    else:
        visit.screen.note(f"-- {answer.answered_by}")
    settle(visit.net30)
    if answer is not None:
        _show_files(visit, answer)


def _show_files(visit: Visit, answer: Answer) -> None:
    with visit.net30.look() as ctx:
        for draft in answer.drafts:
            for blob in draft_files(ctx, draft):
                if blob.endswith(".pdf"):
                    visit.screen.note(f"   {ctx.blobs.where(ctx.organisation, blob)}")


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let the first Ctrl-C stop an answer; more of them do not keep it from being kept."""
    pressed = False

    def press(_number: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        if not pressed:
            pressed = True
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _model(net30: App, named: str) -> ChatModel | None:
    """Return the language model of this conversation: the settings' unless one is named."""
    if named.casefold() == OFFLINE:
        return None
    return chat_model(replace(net30.settings, chat_url=named)) if named else net30.chat
