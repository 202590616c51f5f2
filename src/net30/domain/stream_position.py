"""Stream position: how far the books have taken in one partition of a topic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPosition:
    """All messages before `after` are in the books, or were refused for good.

    It is saved with what the messages changed, so a message that comes again is known. `taken`
    and `refused` count messages, `at` is when the last one was taken in.
    """

    id: str
    after: int
    at: datetime
    taken: int = 0
    refused: int = 0


def position_id(topic: str, partition: int) -> str:
    """Return the id of the position in a partition.

    >>> position_id("receivables", 3)
    'receivables.3'
    """
    return f"{topic}.{partition}"
