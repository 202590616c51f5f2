"""Relay: brings every projection up to date with an organisation's events, at least once.

A projection is a file of services/projections with two names:

    WANTS: frozenset of event classes; the others are passed over
    apply(world, organisation, events): takes in recorded events, oldest first

and, where an effect cannot be taken back (mail), EVENTS_AT_ONCE_MAX = 1, so that a failure sends
nothing twice that was sent well; where a batch takes long (files), another number.

However many processes there are, one at a time drains a projection (claims.py), and its place
moves on with every batch. An event may come twice all the same, after a crash, and newer ones may
already be in the store, so `apply` writes what the store says now and does nothing twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from net30.domain.events import RecordedEvent
from net30.kernel.errors import Net30Error
from net30.kernel.plugins import load, names_in
from net30.ports.store import ClaimLost
from net30.services.claims import Claim, claimed
from net30.services.drain_report import BACKLOG_COUNTED_MAX, DrainReport, ProjectionReport
from net30.services.world import World

ROOM = "net30.services.projections"
LAST = "documents"
"""Files take a hundred times as long as all else that follows: nothing waits for them."""

EVENTS_PER_BATCH_MAX = 200
PATIENCE_SECONDS = 5.0
LOOK_SECONDS = 0.05

Apply = Callable[[World, str, Sequence[RecordedEvent]], None]


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How one drains. When `ends` says so, the batch under way is the last.

    When `gives_way` does, the first batch of LAST is. What another process drains is waited for
    as long as `patience_seconds`.
    """

    ends: Callable[[], bool] = _never
    gives_way: Callable[[], bool] = _never
    patience_seconds: float = PATIENCE_SECONDS


THROUGH = Manner()
"""Until nothing waits."""


class _Stuck(Exception):
    """An event that a projection could not take in."""

    def __init__(self, sequence: int, cause: Exception) -> None:
        super().__init__(sequence)
        self.sequence = sequence
        self.cause = cause


def drain(
    world: World,
    organisation: str,
    projections: Iterable[str] | None = None,
    *,
    room: str = ROOM,
    manner: Manner = THROUGH,
) -> DrainReport:
    """Hand an organisation's waiting events to its projections (all of them by default).

    One that fails stops at the failing event and is reported; the others go on, and its events
    wait for the next drain. `room` is the package whose files are the projections.
    """
    names = in_turn(names_in(room)) if projections is None else tuple(projections)
    turn = _Turn(world, organisation, room, manner)
    # Whoever is at the files, which take long, holds nothing else.
    quick, slow = [name for name in names if name != LAST], [name for name in names if name == LAST]
    return DrainReport(
        organisation=organisation,
        projections=(*turn.drained(quick), *turn.drained(slow)),
    )


def in_turn(names: Iterable[str]) -> tuple[str, ...]:
    """Return projections in the order in which they are drained."""
    return tuple(sorted(names, key=lambda name: (name == LAST, name)))


@dataclass(frozen=True, slots=True)
class _Turn:
    """One drain of an organisation."""

    world: World
    organisation: str
    room: str
    manner: Manner

    def drained(self, names: Sequence[str]) -> list[ProjectionReport]:
        """Drain what nobody else does, then what others leave as long as our patience lasts."""
        until = time.monotonic() + self.manner.patience_seconds
        found = {report.projection: report for report in self._drained_now(names)}
        while left := [one.projection for one in found.values() if one.elsewhere and one.backlog]:
            if time.monotonic() > until:
                break
            time.sleep(LOOK_SECONDS)
            found |= {report.projection: report for report in self._drained_now(left)}
        return list(found.values())

    def _drained_now(self, names: Sequence[str]) -> list[ProjectionReport]:
        try:
            if not _are_behind(self.world, self.organisation, names):
                return [ProjectionReport(projection=name, events=0) for name in names]
            with claimed(self.world, self.organisation, names) as claim:
                return [self._drained(name, claim) for name in names if not self.manner.ends()]
        except Exception as error:  # noqa: BLE001 the store's fault, or ours, ends at the relay
            return [self._failed(name, error) for name in names]

    def _drained(self, name: str, claim: Claim) -> ProjectionReport:
        taken = 0
        try:
            if not claim.holds(name):
                return self._elsewhere(name)
            if not _waiting(self.world, self.organisation, name, 1):
                return ProjectionReport(projection=name, events=0)  # its packages stay unloaded
            plugin = load(self.room, name)
            at_once = getattr(plugin, "EVENTS_AT_ONCE_MAX", EVENTS_PER_BATCH_MAX)
            projection = _Projection(
                self.world, self.organisation, name, plugin.WANTS, plugin.apply, at_once, claim
            )
            while not self.manner.ends() and (count := projection.take_batch()):
                taken += count
                if name == LAST and count == projection.batch and self.manner.gives_way():
                    break
        except ClaimLost:
            return self._elsewhere(name, taken)
        except _Stuck as stuck:
            return self._failed(name, stuck.cause, taken, stuck.sequence)
        except Exception as error:  # noqa: BLE001 one projection's fault must not stop the others
            return self._failed(name, error, taken)
        return ProjectionReport(projection=name, events=taken)

    def _elsewhere(self, name: str, taken: int = 0) -> ProjectionReport:
        with self.world.store.reading(self.organisation) as books:
            backlog = books.last_event()[0] - books.taken_in(name)
        return ProjectionReport(projection=name, events=taken, backlog=backlog, elsewhere=True)

    def _failed(
        self, name: str, error: Exception, taken: int = 0, stuck_at: int = 0
    ) -> ProjectionReport:
        return ProjectionReport(
            projection=name,
            events=taken,
            backlog=_backlog(self.world, self.organisation, name),
            error=str(error)
            if isinstance(error, Net30Error)
            else f"{type(error).__name__}: {error}",
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
    claim: Claim

    @property
    def batch(self) -> int:
        """Return how many events are read together: one by one they are passed over quickly."""
        return EVENTS_PER_BATCH_MAX if self.at_once == 1 else self.at_once

    def take_batch(self) -> int:
        """Take in the next events and return how many; 0 when none waits."""
        after = self.claim.passed(self.name)
        events = _waiting(self.world, self.organisation, self.name, self.batch, after)
        if not events:
            return 0
        if self.at_once == 1:
            self._take_singly(events)
            return len(events)
        try:
            self._take(events, is_last=len(events) < self.batch)
        except ClaimLost:
            raise
        except Exception:  # noqa: BLE001 whatever it was, one by one tells which event it is about
            self._take_singly(events)
        return len(events)

    def _take(self, events: Sequence[RecordedEvent], *, is_last: bool = False) -> None:
        wanted = [recorded for recorded in events if type(recorded.event) in self.wants]
        sequence = events[-1].sequence
        if is_last and not wanted:
            self.claim.pass_over(self.name, sequence)
            return
        if wanted:
            self.claim.check(self.name)
            self.apply(self.world, self.organisation, wanted)
        self.world.store.advance(self.organisation, self.name, sequence, self.claim.holder)

    def _take_singly(self, events: Sequence[RecordedEvent]) -> None:
        for recorded in events:
            is_last = recorded is events[-1]
            # What is passed over needs no commit of its own: the next one that is taken in says so.
            if type(recorded.event) not in self.wants and not is_last:
                continue
            try:
                self._take([recorded], is_last=is_last and len(events) < self.batch)
            except ClaimLost:
                raise
            except Exception as error:
                raise _Stuck(recorded.sequence, error) from error


def _are_behind(world: World, organisation: str, names: Iterable[str]) -> bool:
    with world.store.reading(organisation) as books:
        last, _ = books.last_event()
        return any(books.taken_in(name) < last for name in names)


def _waiting(
    world: World, organisation: str, name: str, limit: int, after: int = 0
) -> tuple[RecordedEvent, ...]:
    after = max(after, world.store.checkpoint(organisation, name))
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
