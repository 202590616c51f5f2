"""Slash: the commands of a conversation in the terminal: /new, /list, /undo and the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from net30.app import App
from net30.assistant.dialogue import Dialogue
from net30.cli.chat.keyboard import Keyboard
from net30.cli.chat.screen import Screen
from net30.cli.chat.wording import brief, form_of, transcript
from net30.cli.session import settle
from net30.domain.conversation import Conversation, Speaker
from net30.kernel.errors import InputError
from net30.kernel.files import write_whole
from net30.services.conversations.delete_conversation import delete_conversation
from net30.services.conversations.export_conversation import take_conversation
from net30.services.conversations.list_conversations import LISTED, list_conversations
from net30.services.conversations.open_conversation import open_conversation

LEAVE = "leave"
TURNS_SHOWN = 2
"""Of a conversation that goes on, the last exchange is shown."""
YES = frozenset({"y", "yes", "oui", "o"})


@dataclass(slots=True, kw_only=True)
class Visit:
    """A user in the terminal: the conversation that is open, and the list that was shown last."""

    net30: App
    dialogue: Dialogue
    screen: Screen
    keyboard: Keyboard
    listed: tuple[str, ...] = ()

    def open(self, conversation: Conversation) -> None:
        """Go on with a conversation: show its last exchange, and what the arrow keys bring back."""
        self.dialogue.conversation_id = conversation.id
        said = [turn.text for turn in conversation.turns if turn.speaker is Speaker.USER]
        self.keyboard.remember(text for text in said if not text.startswith("/"))
        self.screen.note(f"Going on with: {conversation.title}")
        for line in transcript(conversation.turns[-TURNS_SHOWN:], self.time_zone):
            self.screen.note(line)

    def begin(self) -> None:
        """Begin a new conversation."""
        self.dialogue.conversation_id = ""
        self.keyboard.remember(())

    @property
    def time_zone(self) -> str:
        """Return the organisation's time zone."""
        with self.net30.look() as ctx:
            return ctx.time_zone


def carry_out(visit: Visit, text: str) -> str:
    """Carry out a command; LEAVE when it ends the conversation. Raises InputError."""
    name, _, rest = text.partition(" ")
    command = COMMANDS.get(name)
    if command is None:
        raise InputError(f"there is no command {name!r}", hint="/help lists them", code="command")
    return command.run(visit, rest.strip()) or ""


def _new(visit: Visit, _rest: str) -> None:
    visit.begin()
    visit.screen.note("A new conversation.")


def _list(visit: Visit, _rest: str) -> None:
    with visit.net30.look() as ctx:
        found = list_conversations(ctx)
    visit.listed = tuple(one.id for one in found)
    for number, one in enumerate(found, 1):
        visit.screen.say(brief(one, visit.time_zone, f"{number:>3}"))
    visit.screen.note("/open N goes on with one." if found else "No conversation is kept yet.")


def _open(visit: Visit, rest: str) -> None:
    if not visit.listed:
        with visit.net30.look() as ctx:
            visit.listed = tuple(one.id for one in list_conversations(ctx))
    number = int(rest) if rest.isdecimal() and len(rest) <= len(str(LISTED)) else 0
    if not 1 <= number <= len(visit.listed):
        raise InputError(
            f"{rest!r} is no conversation", hint="/list shows their numbers", code="number"
        )
    with visit.net30.look() as ctx:
        found = open_conversation(ctx, visit.listed[number - 1])
    visit.open(found)


def _undo(visit: Visit, _rest: str) -> None:
    visit.screen.say(visit.dialogue.undo().text)
    settle(visit.net30)


def _delete(visit: Visit, _rest: str) -> None:
    current = _current(visit)
    visit.screen.note(f"Delete {current.title!r}, {len(current.turns)} turns, for good? yes or no")
    if (visit.keyboard.read() or "").casefold() not in YES:
        visit.screen.note("Kept.")
        return
    with visit.net30.change() as ctx:
        delete_conversation(ctx, current.id)
    visit.begin()
    visit.screen.note("Deleted. Its drafts and invoices stay in the books.")


def _export(visit: Visit, rest: str) -> None:
    if not rest:
        raise InputError("no file is named", hint="/export talk.md or talk.json", code="file")
    path = Path(rest).expanduser()
    with visit.net30.look() as ctx:
        written = take_conversation(ctx, _current(visit), form_of(path))
    write_whole(path, written.encode())
    visit.screen.note(f"Wrote {path}.")


def _help(visit: Visit, _rest: str) -> None:
    for name, command in COMMANDS.items():
        visit.screen.say(f"  {name + ' ' + command.takes:<14}{command.does}")


def _leave(_visit: Visit, _rest: str) -> str:
    return LEAVE


def _current(visit: Visit) -> Conversation:
    if not visit.dialogue.conversation_id:
        raise InputError("nothing was said yet", hint="/list, then /open N", code="empty")
    with visit.net30.look() as ctx:
        return open_conversation(ctx, visit.dialogue.conversation_id)


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what it does, for /help, and what it takes."""

    run: Callable[[Visit, str], str | None]
    does: str
    takes: str = ""


COMMANDS = {
    "/new": Command(_new, "begin a new conversation"),
    "/list": Command(_list, "your conversations, the latest first"),
    "/open": Command(_open, "go on with one of the list", "N"),
    "/undo": Command(_undo, "take back the draft that the last answer made"),
    "/delete": Command(_delete, "delete this conversation for good"),
    "/export": Command(_export, "write this conversation to a file, .md or .json", "FILE"),
    "/help": Command(_help, "these commands; say 'help' for what the assistant does"),
    "/quit": Command(_leave, "leave; so do Ctrl-D and Ctrl-C at the prompt"),
}
