"""Has an effect that cannot be taken back, and is refused while "one_by_one_refuses" is there."""

from __future__ import annotations

from collections.abc import Sequence

from net30.domain.events import CustomerSaved, RecordedEvent
from net30.kernel.errors import Unavailable
from net30.services.world import World
from tests.relay_room import note, read

WANTS = frozenset({CustomerSaved})
EVENTS_AT_ONCE_MAX = 1


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    (recorded,) = events
    if str(recorded.sequence) in read(world, organisation, "one_by_one_refuses"):
        raise Unavailable("the server is away", hint="wait", code="away")
    note(world, organisation, "one_by_one", events)
