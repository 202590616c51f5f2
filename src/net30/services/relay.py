"""Relay: brings every projection up to date with an organisation's events, at least once.

A projection is a file of services/projections with two names:

    WANTS: frozenset of event classes; the others are passed over
    apply(world, organisation, events): takes in recorded events, oldest first

and, where an effect cannot be taken back (mail), EVENTS_AT_ONCE_MAX = 1, so that a failure sends
nothing twice that was sent well; where a batch takes long (files), another number.

An event may come twice (after a crash, or when two processes drain at once) and newer ones may
already be in the store, so `apply` writes what the store says now and does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from net30.domain.events import RecordedEvent
from net30.kernel.errors import Net30Error
from net30.kernel.plugins import load, names_in
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.world import World

ROOM = "net30.services.projections"
LAST = "documents"
"""Files take a hundred times as long as all else that follows: nothing waits for them."""

EVENTS_PER_BATCH_MAX = 200
BACKLOG_COUNTED_MAX = 10 * PAGE_ROWS_MAX
"""Counting stops here: a backlog that long needs a person, not a finer figure."""

Apply = Callable[[World, str, Sequence[RecordedEvent]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionReport:
    """What one projection took in, and what stopped it, if anything did.

    `backlog` counts the events still waiting (at most BACKLOG_COUNTED_MAX); `stuck_at` is the
    sequence of the event that failed.
    """

    projection: str
    events: int
    backlog: int = 0
    error: str = ""
    hint: str = ""
    stuck_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainReport:
    """What one drain of an organisation did, projection by projection."""

    organisation: str
    projections: tuple[ProjectionReport, ...]

    @property
    def ok(self) -> bool:
        """Tell whether every projection is up to date."""
        return not any(report.error or report.backlog for report in self.projections)

    @property
    def backlog(self) -> int:
        """Return the events that wait, over all projections."""
        return sum(report.backlog for report in self.projections)

    @property
    def errors(self) -> dict[str, str]:
        """Return what stopped each projection that failed."""
        return {report.projection: report.error for report in self.projections if report.error}


class _Stuck(Exception):
    """An event that a projection could not take in."""

    def __init__(self, sequence: int, cause: Exception) -> None:
        super().__init__(sequence)
        self.sequence = sequence
        self.cause = cause


def drain(
    world: World,
    organisation: str,
    projections: Sequence[str] | None = None,
    *,
    room: str = ROOM,
    ends: Callable[[], bool] = lambda: False,
    gives_way: Callable[[], bool] = lambda: False,
) -> DrainReport:
    """Hand an organisation's waiting events to its projections (all of them by default).

    One that fails stops at the failing event and is reported; the others go on, and its events
    wait for the next drain. `room` is the package whose files are the projections. When `ends`
    says so, the batch under way is the last; when `gives_way` does, the first batch of LAST is.
    """
    names = in_turn(names_in(room)) if projections is None else projections

    return DrainReport(
        organisation=organisation,
        projections=tuple(
            _drain_one(world, organisation, room, name, ends, gives_way)
            for name in names
            if not ends()
        ),
    )


def in_turn(names: Iterable[str]) -> tuple[str, ...]:
    """Return projections in the order in which they are drained."""
    return tuple(sorted(names, key=lambda name: (name == LAST, name)))


def drain_all(world: World) -> tuple[DrainReport, ...]:
    """Drain every organisation; raise Unavailable when the store does not answer."""
    return tuple(drain(world, organisation) for organisation in world.store.organisations())


def _drain_one(
    world: World,
    organisation: str,
    room: str,
    name: str,
    ends: Callable[[], bool],
    gives_way: Callable[[], bool],
) -> ProjectionReport:
    taken = stuck_at = 0
    error: Exception
    try:
        if not _waiting(world, organisation, name, 1):
            return ProjectionReport(projection=name, events=0)  # its packages need not be loaded
        plugin = load(room, name)
        at_once = getattr(plugin, "EVENTS_AT_ONCE_MAX", EVENTS_PER_BATCH_MAX)
        projection = _Projection(world, organisation, name, plugin.WANTS, plugin.apply, at_once)
        while not ends() and (count := projection.take_batch()):
            taken += count
            if name == LAST and count == projection.batch and gives_way():
                break
    except _Stuck as stuck:
        error, stuck_at = stuck.cause, stuck.sequence
    except Exception as failure:  # noqa: BLE001 one projection's fault must not stop the others
        error = failure
    else:
        return ProjectionReport(projection=name, events=taken)
    return ProjectionReport(
        projection=name,
        events=taken,
        backlog=_backlog(world, organisation, name),
        error=str(error) if isinstance(error, Net30Error) else f"{type(error).__name__}: {error}",
        hint=error.hint if isinstance(error, Net30Error) else "",
        stuck_at=stuck_at,
    )


@dataclass(frozen=True, slots=True)
class _Projection:
    """One projection of one organisation."""

    world: World
    organisation: str
    name: str
    wants: frozenset[type]
    apply: Apply
    at_once: int

    @property
    def batch(self) -> int:
        """Return how many events are read together: one by one they are passed over quickly."""
        return EVENTS_PER_BATCH_MAX if self.at_once == 1 else self.at_once

    def take_batch(self) -> int:
        """Take in the next events and return how many; 0 when none waits."""
        events = _waiting(self.world, self.organisation, self.name, self.batch)
        if not events:
            return 0
        if self.at_once == 1:
            self._take_singly(events)
            return len(events)
        try:
            self._take(events)
        except Exception:  # noqa: BLE001 whatever it was, one by one tells which event it is about
            self._take_singly(events)
        return len(events)

    def _take(self, events: Sequence[RecordedEvent]) -> None:
        wanted = [recorded for recorded in events if type(recorded.event) in self.wants]
        if wanted:
            self.apply(self.world, self.organisation, wanted)
        self.world.store.advance(self.organisation, self.name, events[-1].sequence)

    def _take_singly(self, events: Sequence[RecordedEvent]) -> None:
        for recorded in events:
            # What is passed over needs no commit of its own: the next one that is taken in says so.
            if type(recorded.event) not in self.wants and recorded is not events[-1]:
                continue
            try:
                self._take([recorded])
            except Exception as error:
                raise _Stuck(recorded.sequence, error) from error


def _waiting(world: World, organisation: str, name: str, limit: int) -> tuple[RecordedEvent, ...]:
    after = world.store.checkpoint(organisation, name)
    with world.store.reading(organisation) as books:
        return books.events(after=after, limit=limit)


def _backlog(world: World, organisation: str, name: str) -> int:
    """Count the events after the checkpoint; 0 when the store itself does not answer."""
    try:
        after, count = world.store.checkpoint(organisation, name), 0
        with world.store.reading(organisation) as books:
            while count < BACKLOG_COUNTED_MAX and (page := books.events(after=after)):
                after, count = page[-1].sequence, count + len(page)
    except Net30Error:
        return 0
    return count
