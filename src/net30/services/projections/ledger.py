"""What follows for the ledger: every event's facts, in the organisation's segments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from net30.domain.events import Event, RecordedEvent
from net30.ledger.segments import extend_ledger
from net30.services.world import World

PROJECTION = "ledger"

WANTS: frozenset[type] = frozenset(get_args(Event))
"""All of them: the ledger's reach is a sequence, and it moves on over events without facts."""


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Bring the ledger up to the store's last event.

    It reads on from where its own segments end, not from the events it is handed, so a ledger
    that lost segments makes them anew.
    """
    del events
    with world.store.reading(organisation) as books:
        extend_ledger(world.blobs, books)


def rebuild(world: World, organisation: str) -> int:
    """Throw the segments away, make them anew from the events and return the last sequence."""
    for name in list(world.blobs.names(organisation, "ledger/")):
        world.blobs.delete(organisation, name)
    with world.store.reading(organisation) as books:
        return extend_ledger(world.blobs, books)
