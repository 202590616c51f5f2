"""Pieces: the words of an answer as they come, one call after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from net30.assistant.calls import Call
from net30.assistant.errand import BETWEEN, Errand


def carried_out(errand: Errand, calls: Iterable[Call]) -> Iterator[str]:
    """Carry out calls and yield the words of each; joined they are the text of the answer."""
    for call in calls:
        begun = bool(errand.said)
        words = errand.carry_out(call)
        yield f"{BETWEEN}{words}" if begun else words


def told(errand: Errand, words: str) -> str:
    """Add words of our own to an answer and return them as its next piece."""
    piece = f"{BETWEEN}{words}" if errand.said else words
    errand.said.append(words)
    return piece
