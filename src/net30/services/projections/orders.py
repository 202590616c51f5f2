"""What follows from work that ended, however it did: the file that was sent for it goes."""

from __future__ import annotations

from collections.abc import Sequence

from net30.domain.events import JobEnded, RecordedEvent
from net30.services.jobs.order_job import place_of
from net30.services.world import World

WANTS = frozenset({JobEnded})


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Remove the files of jobs that have ended; one that is gone already is passed over."""
    for recorded in events:
        if isinstance(recorded.event, JobEnded):
            world.blobs.delete(organisation, place_of(recorded.event.job_id))
