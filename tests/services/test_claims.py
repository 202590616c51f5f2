"""Claims: of several processes one drains, whatever becomes of the others.

Two worlds on one database stand for two processes: each has its own name, as processes have.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Condition, Event, Thread

import pytest

from net30.adapters.sql import build
from net30.domain.events import CustomerSaved, DisputeClosed
from net30.kernel.errors import Unavailable
from net30.ports.store import ClaimLost, Lease, Store
from net30.services.claims import BEAT_SECONDS, LEASE, Claims, claimed
from net30.services.progress import waiting
from net30.services.relay import Manner, drain
from net30.services.relaying import Relaying
from net30.services.world import World
from tests.databases import sqlite_url
from tests.relay_room import read
from tests.samples import NOW, TODAY
from tests.surroundings import found_company, world_of

US = "lagune"
ROOM = "tests.relay_room"
AT_ONCE = Manner(patience_seconds=0)


@dataclass(slots=True)
class Clock:
    """A clock that goes when it is told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Two worlds on one database, with a clock each."""
    url = sqlite_url(tmp_path)
    stores = [build(url), build(url)]
    one, other = (replace(world_of(store, tmp_path), clock=Clock()) for store in stores)
    found_company(one, US)
    yield one, other
    for store in stores:
        store.close()


def tell(world: World, count: int = 1) -> None:
    with world.store.transaction(US) as tx:
        for at in range(count):
            tx.append(CustomerSaved(customer_id=f"c{at}"), at=NOW, known_on=TODAY, user="awa")


def later(world: World, by: timedelta) -> None:
    """Let time pass in one process."""
    assert isinstance(world.clock, Clock)
    world.clock.now += by


def run(world: World, manner: Manner = AT_ONCE) -> bool:
    """Drain a projection; tell whether another process is at it."""
    return drain(world, US, ["everything"], room=ROOM, manner=manner).is_elsewhere


def test_what_another_process_drains_is_left_to_it(pair: tuple[World, World]) -> None:
    one, other = pair
    tell(one)
    with claimed(other, US, ["everything"]) as claim:
        assert claim.holds("everything")
        report = drain(one, US, ["everything", "stubborn"], room=ROOM, manner=AT_ONCE)
        theirs, ours = report.projections
        assert (theirs.elsewhere, theirs.events, theirs.backlog, theirs.error) == (True, 0, 1, "")
        assert (ours.elsewhere, ours.events) == (False, 1)
        assert (report.ok, report.is_elsewhere, report.errors) == (False, True, {})
    assert read(one, US, "everything") == []
    assert not run(one)
    assert read(one, US, "everything") == ["1"]


def test_threads_of_one_process_exclude_each_other_too(pair: tuple[World, World]) -> None:
    one, _ = pair
    tell(one)
    with claimed(one, US, ["everything"]):
        assert run(one)
    assert not run(one)


def test_what_a_dead_process_held_is_taken_over_when_its_lease_has_run_out(
    pair: tuple[World, World],
) -> None:
    one, other = pair
    tell(one)
    one.store.claim(US, ["everything"], one.claims.lease_from(NOW))  # and it died
    assert run(other)
    later(other, LEASE - timedelta(seconds=1))
    assert run(other)
    later(other, timedelta(seconds=1))
    assert not run(other)
    assert read(one, US, "everything") == ["1"]


def test_a_process_that_slept_through_its_lease_hands_over_nothing_more(
    pair: tuple[World, World],
) -> None:
    one, other = pair
    tell(one, 3)
    with claimed(one, US, ["everything"]) as claim:
        claim.check("everything")
        later(one, LEASE)
        with pytest.raises(ClaimLost):
            claim.check("everything")
        later(other, LEASE)
        assert not run(other)
        with pytest.raises(ClaimLost):
            one.store.advance(US, "everything", 3, claim.holder)
    assert read(one, US, "everything") == ["1 2 3"]
    assert one.store.checkpoint(US, "everything") == 3


def test_who_loses_its_claim_on_the_way_stops_before_the_next_event(
    pair: tuple[World, World],
) -> None:
    one, other = pair
    tell(one, 3)

    class Slow(Clock):
        """The claim is made, and the first event passes; then the process sleeps."""

        looks = 0

        def __call__(self) -> datetime:
            self.looks += 1
            return self.now if self.looks < 4 else self.now + LEASE

    slow = replace(one, clock=Slow())
    report = drain(slow, US, ["one_by_one"], room=ROOM, manner=AT_ONCE)
    assert report.is_elsewhere
    handed = read(one, US, "one_by_one")
    assert 0 < len(handed) < 3
    assert drain(other, US, ["one_by_one"], room=ROOM, manner=AT_ONCE).ok
    assert read(one, US, "one_by_one") == ["1", "2", "3"]


def test_who_works_for_longer_than_a_lease_keeps_its_claim(pair: tuple[World, World]) -> None:
    one, other = pair
    beats = _Beats(one.store)
    alive = replace(one, claims=Claims(beat_seconds=0.01), store=beats)  # type: ignore[arg-type] # all else is the store's
    tell(one)
    with claimed(alive, US, ["everything"]) as claim:
        for _ in range(3):
            for world in pair:
                later(world, LEASE / 2)
            beats.wait_for(one.clock())
        assert claim.holds("everything")
        assert run(other)
    assert not run(other)


def test_without_a_beat_the_claim_of_who_works_on_is_lost(pair: tuple[World, World]) -> None:
    one, other = pair
    tell(one)
    with claimed(replace(one, claims=Claims(beat_seconds=60)), US, ["everything"]) as claim:
        for world in pair:
            later(world, LEASE)
        assert not claim.holds("everything")
        assert not run(other)


def test_a_claim_that_could_not_be_let_go_is_its_process_own(pair: tuple[World, World]) -> None:
    one, other = pair
    assert run(one) is False
    stuck = replace(one, store=_Stuck(one.store))  # type: ignore[arg-type] # all else is the store's
    tell(one)
    assert not run(stuck)
    tell(one)
    assert run(other)
    assert not run(one)


def test_what_nobody_wanted_costs_one_commit_for_all_who_passed_it_over(
    pair: tuple[World, World],
) -> None:
    one, _ = pair
    with one.store.transaction(US) as tx:
        for _ in range(3):
            tx.append(DisputeClosed(invoice_id="i", day=TODAY), at=NOW, known_on=TODAY, user="awa")
    moved: list[str] = []

    class Seen(_Stuck):
        """A store that tells which places were moved by themselves."""

        def advance(self, _organisation: str, projection: str, *_: object) -> None:
            moved.append(projection)

        def let_go(self, *words: object) -> None:
            one.store.let_go(*words)  # type: ignore[arg-type] # as they came

    names = ["everything", "stubborn", "one_by_one"]
    seen = replace(one, store=Seen(one.store))  # type: ignore[arg-type] # all else is the store's
    assert drain(seen, US, names, room=ROOM, manner=AT_ONCE).ok
    assert moved == []
    assert [one.store.checkpoint(US, name) for name in names] == [3, 3, 3]


def test_patience_waits_for_whoever_is_at_it(pair: tuple[World, World]) -> None:
    one, other = pair
    tell(one)
    begun = Event()

    def hold() -> None:
        with claimed(other, US, ["everything"]):
            begun.set()
            time.sleep(0.3)

    holding = Thread(target=hold)
    holding.start()
    begun.wait()
    assert not run(one, Manner(patience_seconds=20))
    holding.join()
    assert read(one, US, "everything") == ["1"]


def test_two_relays_hand_over_each_event_once_and_both_come_to_rest(
    pair: tuple[World, World],
) -> None:
    one, other = (replace(world, clock=_wall) for world in pair)
    relays = [Relaying(world, lambda _: None) for world in (one, other)]
    for relay in relays:
        relay.start()
    for _ in range(10):
        tell(one)
        for relay in relays:
            relay.poke(US)
    assert all(relay.rest(60) for relay in relays)
    assert not list(waiting(one))
    for relay in relays:
        relay.stop()


def test_a_lease_outlives_several_beats() -> None:
    assert timedelta(seconds=3 * BEAT_SECONDS) < LEASE
    first, again = (Claims().lease_from(NOW) for _ in range(2))
    assert first.holder != again.holder
    assert first == Lease(first.holder, NOW, NOW + LEASE)


class _Stuck:
    """A store that lets nothing go."""

    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def let_go(self, *_: object) -> None:
        """Fail."""
        raise Unavailable("the database does not answer", hint="wait", code="database")


class _Beats(_Stuck):
    """A store that tells when a claim was renewed, by its holder's clock."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._real = store
        self._renewed = NOW
        self._changed = Condition()

    def renew(self, organisation: str, names: Collection[str], lease: Lease) -> frozenset[str]:
        """Renew, and tell."""
        found = self._real.renew(organisation, names, lease)
        with self._changed:
            self._renewed = lease.now
            self._changed.notify_all()
        return found

    def let_go(self, organisation: str, places: Mapping[str, int], holder: str) -> None:  # type: ignore[override] # the real one
        """Let go."""
        self._real.let_go(organisation, places, holder)

    def wait_for(self, moment: datetime) -> None:
        """Wait until it was renewed at a moment."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._renewed >= moment, 60)


def _wall() -> datetime:
    return NOW + timedelta(seconds=time.monotonic())
