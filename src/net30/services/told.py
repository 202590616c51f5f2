"""Told: an event as other programs hear of it, by a webhook or a stream."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from net30.domain.events import RecordedEvent
from net30.domain.topics import topic_of
from net30.kernel.jsonable import jsonable


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a message says; the same bytes at every try."""

    type: str
    timestamp: datetime
    organisation: str
    sequence: int
    data: dict[str, object]

    def content(self) -> bytes:
        """Return the message as it is sent and signed."""
        return json.dumps(jsonable(self), ensure_ascii=False, separators=(",", ":")).encode()


def told_of(recorded: RecordedEvent) -> Told:
    """Return what is told of an event: its own fields; the rest is asked for by its ids."""
    plain = jsonable(recorded.event)
    assert isinstance(plain, dict)
    return Told(
        type=topic_of(type(recorded.event)),
        timestamp=recorded.at,
        organisation=recorded.organisation,
        sequence=recorded.sequence,
        data={name: value for name, value in plain.items() if name != "name"},
    )
