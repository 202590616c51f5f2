"""Breaks over the events that "stubborn_breaks" names."""

from __future__ import annotations

from collections.abc import Sequence

from net30.domain.events import CustomerSaved, RecordedEvent
from net30.services.world import World
from tests.relay_room import note, read

WANTS = frozenset({CustomerSaved})


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    for recorded in events:
        if str(recorded.sequence) in read(world, organisation, "stubborn_breaks"):
            raise KeyError("a bug")
    note(world, organisation, "stubborn", events)
