"""Projections that only the relay's tests use; each notes in the blobs what it was handed."""

from __future__ import annotations

from collections.abc import Sequence

from net30.domain.events import RecordedEvent
from net30.kernel.errors import NotFound
from net30.services.world import World


def note(world: World, organisation: str, diary: str, events: Sequence[RecordedEvent]) -> None:
    """Add a line with the sequences of one hand-over."""
    line = " ".join(str(recorded.sequence) for recorded in events)
    world.blobs.put(
        organisation, diary, "\n".join([*read(world, organisation, diary), line]).encode()
    )


def read(world: World, organisation: str, diary: str) -> list[str]:
    """Return the lines noted so far."""
    try:
        return world.blobs.get(organisation, diary).decode().split("\n")
    except NotFound:
        return []
