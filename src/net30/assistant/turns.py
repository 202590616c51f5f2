"""Turns: what was said so far, and what each answer did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from net30.assistant.calls import Call


@dataclass(frozen=True, slots=True)
class Turn:
    """One message; an assistant's has the calls it made and the invoice or draft they made."""

    role: Literal["user", "assistant"]
    text: str
    calls: tuple[Call, ...] = ()
    reference: str = ""
