"""Wants customers, as slowly as files are made: it comes last."""

from __future__ import annotations

from collections.abc import Sequence

from net30.domain.events import CustomerSaved, RecordedEvent
from net30.services.world import World
from tests.relay_room import note

WANTS = frozenset({CustomerSaved})


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    note(world, organisation, "documents", events)
