"""Progress: how far each projection has come with an organisation's events."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from net30.kernel.plugins import names_in
from net30.ports.store import Reading
from net30.services.relay import ROOM
from net30.services.world import World

LATE_AFTER = timedelta(seconds=30)
"""A projection that has let an event wait for so long is late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The events of an organisation that a projection has not taken in yet, and since when."""

    organisation: str
    projection: str
    events: int
    since: datetime

    def is_late(self, now: datetime) -> bool:
        """Tell whether they wait for longer than they should."""
        return now - self.since > LATE_AFTER


def is_behind(world: World, organisation: str) -> bool:
    """Tell whether any projection has events to take in."""
    with world.store.reading(organisation) as books:
        return any(True for _ in _behind(books))


def waiting(world: World, organisations: Collection[str] | None = None) -> Iterator[Waiting]:
    """Yield what waits, of every organisation or of some; raise Unavailable without the store."""
    for organisation in world.store.organisations() if organisations is None else organisations:
        with world.store.reading(organisation) as books:
            for projection, last, taken in _behind(books):
                first = books.events(after=taken, limit=1)[0]
                yield Waiting(
                    organisation=organisation,
                    projection=projection,
                    events=last - taken,
                    since=first.at,
                )


def late(world: World) -> tuple[str, ...]:
    """Return the projections that are late, of whichever organisation."""
    now = world.clock()
    return tuple(sorted({one.projection for one in waiting(world) if one.is_late(now)}))


def _behind(books: Reading) -> Iterator[tuple[str, int, int]]:
    """Yield each projection that is behind, the last event and the last that it took in."""
    last, _ = books.last_event()
    for projection in names_in(ROOM):
        taken = books.taken_in(projection)
        if taken < last:
            yield projection, last, taken
