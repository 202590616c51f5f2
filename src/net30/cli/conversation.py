"""Conversation: the last turns of `net30 ask`, so that the next sentence may say 'issue it'."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from net30.assistant.calls import make_call
from net30.assistant.turns import Turn

FILE = "conversation.json"
MINUTES_KEPT = 30
TURNS_KEPT_MAX = 6


def recall(home: Path, now: datetime) -> tuple[Turn, ...]:
    """Return the turns of a conversation that is not older than half an hour."""
    try:
        kept = json.loads((home / FILE).read_text(encoding="utf-8"))
        if now - datetime.fromisoformat(kept["at"]) > timedelta(minutes=MINUTES_KEPT):
            return ()
        return tuple(_turn(row) for row in kept["turns"])
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError):
        return ()  # another version's file: a conversation begins anew


def keep(home: Path, now: datetime, turns: Sequence[Turn]) -> None:
    """Keep the last turns, readable by their owner only."""
    told = {
        "at": now.isoformat(),
        "turns": [
            {
                "role": turn.role,
                "text": turn.text,
                "calls": [call.as_json() for call in turn.calls],
                "reference": turn.reference,
            }
            for turn in turns[-TURNS_KEPT_MAX:]
        ],
    }
    path = home / FILE
    path.touch(mode=0o600, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _turn(row: dict[str, object]) -> Turn:
    role: Literal["user", "assistant"] = "user" if row["role"] == "user" else "assistant"
    calls = row["calls"]
    assert isinstance(calls, list)
    made = tuple(make_call(call["tool"], call["args"]) for call in calls)
    return Turn(role, str(row["text"]), made, str(row["reference"]))
