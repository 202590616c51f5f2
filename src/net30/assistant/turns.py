"""Turns: what was said so far, and what each answer did."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from net30.assistant.calls import Call, make_call
from net30.domain.conversation import CallMade, Said, Speaker
from net30.kernel.errors import ConfigurationError

TURNS_REMEMBERED_MAX = 20
"""So many turns of a conversation are given to a model; older ones are kept for reading only."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message; an assistant's has the calls it made and the invoice or draft they made.

    `drafts` are the ids of the drafts that the answer made, `language` is the one it is in and
    `answered_by` the model that gave it.
    """

    role: Literal["user", "assistant"]
    text: str
    calls: tuple[Call, ...] = ()
    reference: str = ""
    drafts: tuple[str, ...] = ()
    language: str = ""
    answered_by: str = ""


def said_of(turn: Turn, at: datetime) -> Said:
    """Return a turn as it is kept."""
    return Said(
        speaker=Speaker(turn.role),
        text=turn.text,
        at=at,
        calls=tuple(_made(call) for call in turn.calls),
        reference=turn.reference,
        drafts=turn.drafts,
        language=turn.language,
        answered_by=turn.answered_by,
    )


def turn_of(said: Said) -> Turn:
    """Return a kept turn; a call that another version made and this one cannot is left out.

    So a yes to it does nothing.
    """
    return Turn(
        role="user" if said.speaker is Speaker.USER else "assistant",
        text=said.text,
        calls=tuple(call for made in said.calls if (call := _read(made)) is not None),
        reference=said.reference,
        drafts=said.drafts,
        language=said.language,
        answered_by=said.answered_by,
    )


def _made(call: Call) -> CallMade:
    args = json.dumps(call.args.as_json(), ensure_ascii=False)
    # What no text file can hold (half a character from a stray byte) is not kept.
    return CallMade(tool=call.tool, args=args.encode("utf-8", "replace").decode())


def _read(made: CallMade) -> Call | None:
    try:
        call = make_call(made.tool, json.loads(made.args))
        _ = call.pending  # what it waits to make must be a call of this version, too
    except (ValidationError, ConfigurationError):
        return None
    return call
