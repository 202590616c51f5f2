"""Facts waiting: how many messages of the stream are not in the books yet."""

from __future__ import annotations

import time
from dataclasses import dataclass

from net30.domain.stream_position import StreamPosition
from net30.kernel.errors import Unavailable
from net30.ports.store import PAGE_ROWS_MAX
from net30.ports.stream import Lag
from net30.services.streaming.outlet import GROUP, Outlet
from net30.services.world import World

KEPT_SECONDS = 10.0
"""The brokers are asked no more often, whoever looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsWaiting:
    """What the brokers say of each partition, or that they do not answer."""

    answers: bool
    partitions: tuple[Lag, ...] = ()


class FactsWatch:
    """Looks at the stream, and remembers for a while what it saw."""

    def __init__(self, world: World) -> None:
        """Ask nothing before the first look."""
        self._outlet = world.outlet
        self._seen: tuple[float, FactsWaiting] | None = None

    def look(self) -> FactsWaiting | None:
        """Return what waits, as it was some seconds ago at most; None where no stream is read."""
        if self._outlet is None or not self._outlet.facts:
            return None
        if self._seen is None or time.monotonic() - self._seen[0] > KEPT_SECONDS:
            self._seen = time.monotonic(), _asked(self._outlet)
        return self._seen[1]


def places_taken(world: World, outlet: Outlet) -> dict[int, list[int]]:
    """Return, by partition, up to where each organisation's books have the topic of facts."""
    found: dict[int, list[int]] = {}
    for organisation in filter(outlet.serves, world.store.organisations()):
        with world.store.reading(organisation) as books:
            for stored in books.page(StreamPosition, limit=PAGE_ROWS_MAX):
                topic, _, partition = stored.value.id.rpartition(".")
                if topic == outlet.facts:
                    found.setdefault(int(partition), []).append(stored.value.after)
    return found


def rewind(world: World, outlet: Outlet) -> dict[int, int]:
    """Have the facts read again from where the books are, and return these places.

    For books that were put back from a backup: the group is further than they are. Books that
    know nothing of a partition have it read from its start; what others have already changes
    nothing. Raises Unavailable while somebody reads.
    """
    taken = places_taken(world, outlet)
    served = sum(map(outlet.serves, world.store.organisations()))
    places = {}
    for lag in outlet.stream.lag(outlet.facts, GROUP):
        each = taken.get(lag.partition, [])
        places[lag.partition] = min(each) if len(each) == served else 0
    outlet.stream.rewind(outlet.facts, GROUP, places)
    return places


def _asked(outlet: Outlet) -> FactsWaiting:
    try:
        return FactsWaiting(answers=True, partitions=outlet.stream.lag(outlet.facts, GROUP))
    except Unavailable:
        return FactsWaiting(answers=False)
