"""Claims: what one process does at a time, so that nothing goes out twice however many there are.

A claim is a row of the database that names its holder and ends by itself. Whoever works for longer
renews it from a thread beside the work; one that died is followed by another within LEASE. One
that was only slow, or asleep, finds its claim gone and cannot write its place.

The processes' clocks are compared, so they may differ by LEASE less BEAT_SECONDS, not by more.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from net30.kernel.errors import Net30Error
from net30.ports.store import Lease, Store, claim_lost

if TYPE_CHECKING:  # a world has its claims
    from net30.services.world import World

LEASE = timedelta(seconds=20)
"""So long after the last sign of life of whoever holds it another takes a claim over."""
BEAT_SECONDS = 5.0

log = logging.getLogger("net30.claims")


@dataclass(slots=True)
class Claims:
    """What the threads of this process hold, and the name that other processes know it by.

    The database tells processes apart by that name, so threads are told apart here.
    """

    lease: timedelta = LEASE
    beat_seconds: float = BEAT_SECONDS
    _token: str = field(default_factory=lambda: secrets.token_hex(6))
    _held: set[tuple[str, str]] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def lease_from(self, now: datetime) -> Lease:
        """Return a lease of this process that begins now."""
        return Lease(f"{socket.gethostname()}:{os.getpid()}:{self._token}", now, now + self.lease)

    @contextmanager
    def among_threads(self, organisation: str, names: Collection[str]) -> Iterator[frozenset[str]]:
        """Hold what no other thread of this process holds."""
        with self._lock:
            free = frozenset(name for name in names if (organisation, name) not in self._held)
            self._held |= {(organisation, name) for name in free}
        try:
            yield free
        finally:
            with self._lock:
                self._held -= {(organisation, name) for name in free}


@contextmanager
def claimed(world: World, organisation: str, names: Collection[str]) -> Iterator[Claim]:
    """Claim what nobody else does now; it is let go, or taken over, when the block has ended.

    Raises Unavailable when the store does not answer.
    """
    with world.claims.among_threads(organisation, names) as free:
        lease = world.claims.lease_from(world.clock())
        held = world.store.claim(organisation, free, lease) if free else free
        claim = Claim(world, organisation, held, lease)
        if not held:
            yield claim
            return
        try:
            with claim.beating():
                yield claim
        finally:
            _let_go(world.store, organisation, claim)


class Claim:
    """What is held now, and until when."""

    def __init__(
        self, world: World, organisation: str, names: frozenset[str], lease: Lease
    ) -> None:
        self._world = world
        self._organisation = organisation
        self._names = names
        self._until = lease.until
        self._ended = Event()
        self._passed: dict[str, int] = {}
        self.holder = lease.holder

    def holds(self, name: str) -> bool:
        """Tell whether something was claimed, and nobody else may have taken it over since."""
        return name in self._names and self._world.clock() < self._until

    def check(self, name: str) -> None:
        """Raise ClaimLost when another may do it by now."""
        if not self.holds(name):
            raise claim_lost(name)

    def pass_over(self, name: str, sequence: int) -> None:
        """Note that nothing had to be done up to an event; it is written when the claim ends.

        Many such notes cost one commit; whoever dies before leaves them to be passed over again.
        """
        self._passed[name] = sequence

    def passed(self, name: str) -> int:
        """Return the event up to which nothing had to be done, 0 where nothing was noted."""
        return self._passed.get(name, 0)

    @property
    def places(self) -> dict[str, int]:
        """Return what was claimed, with what is to be written of it at its end."""
        return {name: self.passed(name) for name in self._names}

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Renew the claim for as long as the block takes."""
        heart = Thread(target=self._beat, name="net30-claim", daemon=True)
        heart.start()
        try:
            yield
        finally:
            self._ended.set()
            heart.join()

    def _beat(self) -> None:
        claims = self._world.claims
        while not self._ended.wait(claims.beat_seconds):
            lease = claims.lease_from(self._world.clock())
            try:
                still = self._world.store.renew(self._organisation, self._names, lease)
            except Net30Error as error:  # it ends by itself, unless the next beat comes in time
                log.warning("a claim was not renewed: %s", error.message)
                continue
            self._names &= still
            self._until = lease.until


def _let_go(store: Store, organisation: str, claim: Claim) -> None:
    try:
        store.let_go(organisation, claim.places, claim.holder)
    except Net30Error as error:
        log.warning("a claim ends by itself: %s", error.message)
