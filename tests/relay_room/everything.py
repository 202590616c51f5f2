"""Wants customers and drafts."""

from __future__ import annotations

from collections.abc import Sequence

from net30.domain.events import CustomerSaved, DraftSaved, RecordedEvent
from net30.services.world import World
from tests.relay_room import note

WANTS = frozenset({CustomerSaved, DraftSaved})


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    note(world, organisation, "everything", events)
