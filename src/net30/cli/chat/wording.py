"""Wording: conversations as lines of text that fit a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from net30.domain.conversation import Conversation, Said, Speaker
from net30.kernel.errors import InputError
from net30.services.conversations.export_conversation import Written

COLUMNS = 80


def brief(conversation: Conversation, time_zone: str, label: str) -> str:
    """Return a line on a conversation: its label, when it was, how long, what it is about."""
    at, turns = moment(conversation.last_at, time_zone), len(conversation.turns)
    return fitted(f"{label}  {at}  {turns:>3} turns  {conversation.title}")


def transcript(turns: Iterable[Said], time_zone: str) -> list[str]:
    """Return what was said, line by line; the user's lines begin as they were typed."""
    lines = []
    for said in turns:
        if said.speaker is Speaker.USER:
            lines.append(f"{moment(said.at, time_zone)} > {said.text}")
        else:
            lines += said.text.splitlines()
            lines.append(f"-- {said.answered_by}")
    return lines


def moment(at: datetime, time_zone: str) -> str:
    """Return a moment as the clocks of the organisation show it."""
    return f"{at.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M}"


def fitted(line: str) -> str:
    """Return a line that is at most 80 columns wide."""
    return line if len(line) <= COLUMNS else f"{line[: COLUMNS - 3].rstrip()}..."


def form_of(path: Path) -> Written:
    """Return the form that a file's name asks for: JSON, or else Markdown; raise InputError."""
    suffix = path.suffix.casefold()
    if suffix == ".json":
        return Written.JSON
    if suffix in {".md", ".markdown", ".txt", ""}:
        return Written.MARKDOWN
    raise InputError(
        f"a conversation cannot be written as {path.suffix!r}",
        hint="name a file that ends in .md, .txt or .json",
        code="format",
    )
