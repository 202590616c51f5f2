"""Relaying: a thread that brings projections up to date after changes, beside the requests.

So an answer waits for the books only, and the list, the documents and the mail follow at once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Protocol

from net30.kernel.errors import Net30Error
from net30.services.progress import is_behind, late, waiting
from net30.services.relay import Manner, drain
from net30.services.steps import NO_STEPS, Around
from net30.services.world import World

RETRY_SECONDS = 20.0
"""What a projection could not take in is tried again after so long."""

ELSEWHERE_SECONDS = 1.0
"""What another process drains is looked at again after so long."""

SEEN_SECONDS = 3.0

log = logging.getLogger("net30.relay")


class Relay(Protocol):
    """Whoever brings projections up to date: a thread of this process, or another process."""

    def start(self) -> None:
        """Begin with what is left from before, of every organisation."""

    def stop(self) -> None:
        """Finish what is under way and end."""

    def poke(self, organisation: str) -> None:
        """Say that something happened."""

    def rest(self, seconds: float = 30.0) -> bool:
        """Wait until all is up to date or stuck; False when that took too long."""

    def stuck(self) -> tuple[str, ...]:
        """Return the projections that wait, of whichever organisation."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long events may come together, so that many cost little more than one.

    `sweep_seconds` is how often it is looked for what other processes changed (0: never).
    """

    gather_seconds: float = 0.0
    sweep_seconds: float = 0.0


AT_ONCE = Pace()
BESIDE = Pace(gather_seconds=0.2, sweep_seconds=2.0)
"""The pace of a process of its own."""


class Relaying:
    """Drains the organisations that something happened in, one after the other."""

    def __init__(
        self,
        world: World,
        told: Callable[[str], None],
        pace: Pace = AT_ONCE,
        around: Around = NO_STEPS,
    ) -> None:
        """Work for the organisations of a world; nothing runs before `start`.

        `told` hears of each organisation that was drained; `around` opens a step for each.
        """
        self._around = around
        self._world = world
        self._told = told
        self._pace = pace
        self._waiting: dict[str, None] = {}
        self._stuck: dict[str, dict[str, str]] = {}
        self._elsewhere: set[str] = set()
        self._retry_at = self._look_at = 0.0
        self._busy = False
        self._stop = False
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="net30-relay", daemon=True)

    def start(self) -> None:
        """Begin with what is left from before, of every organisation."""
        for organisation in self._world.store.organisations():
            self._waiting[organisation] = None
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way and end."""
        with self._changed:
            self._stop = True
            self._changed.notify_all()
        self._thread.join()

    def poke(self, organisation: str) -> None:
        """Say that something happened."""
        with self._changed:
            self._waiting[organisation] = None
            self._changed.notify_all()

    def rest(self, seconds: float = 30.0) -> bool:
        """Wait until all is up to date or stuck; False when that took too long."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not (self._waiting or self._elsewhere or self._busy), timeout=seconds
            )

    def stuck(self) -> tuple[str, ...]:
        """Return the projections that wait, of whichever organisation."""
        with self._changed:
            return tuple(sorted({name for errors in self._stuck.values() for name in errors}))

    def _run(self) -> None:
        while (organisation := self._next()) is not None:
            errors, is_elsewhere = self._drained(organisation)
            self._told(organisation)
            with self._changed:
                self._stuck.pop(organisation, None)
                self._elsewhere.discard(organisation)
                if is_elsewhere:
                    self._elsewhere.add(organisation)
                    self._look_at = time.monotonic() + ELSEWHERE_SECONDS
                if errors:
                    self._stuck[organisation] = errors
                    self._retry_at = time.monotonic() + RETRY_SECONDS
                self._busy = False
                self._changed.notify_all()

    def _next(self) -> str | None:
        while True:
            with self._changed:
                if not self._stop and not self._waiting:
                    self._changed.wait(self._idle_seconds())
                if self._elsewhere and time.monotonic() >= self._look_at:
                    self._waiting |= dict.fromkeys(self._elsewhere)
                if self._stuck and time.monotonic() >= self._retry_at:
                    self._waiting |= dict.fromkeys(self._stuck)
                if self._waiting and self._pace.gather_seconds and not self._stop:
                    self._changed.wait_for(lambda: self._stop, self._pace.gather_seconds)
                if self._stop:
                    return None
                if self._waiting:
                    organisation = next(iter(self._waiting))
                    del self._waiting[organisation]
                    self._busy = True
                    return organisation
            if self._pace.sweep_seconds:
                self._sweep()

    def _idle_seconds(self) -> float:
        usual = self._pace.sweep_seconds or RETRY_SECONDS
        return min(usual, ELSEWHERE_SECONDS) if self._elsewhere else usual

    def _sweep(self) -> None:
        """Look for organisations in which another process did something."""
        try:
            behind = [one for one in self._world.store.organisations() if self._is_behind(one)]
        except Net30Error as error:
            log.warning("the store waits: %s", error.message)
            return
        with self._changed:
            self._waiting |= dict.fromkeys(behind)

    def _is_behind(self, organisation: str) -> bool:
        # What is stuck, or done elsewhere, has its own time to be tried again.
        mine = organisation not in self._stuck and organisation not in self._elsewhere
        return mine and is_behind(self._world, organisation)

    def _drained(self, organisation: str) -> tuple[dict[str, str], bool]:
        """Drain, and return what failed and whether another process is at some of it."""

        def gives_way() -> bool:
            with self._changed:
                if self._waiting:
                    self._waiting[organisation] = None  # its turn comes again, after the others'
                return bool(self._waiting)

        def ends() -> bool:
            return self._stop

        manner = Manner(ends=ends, gives_way=gives_way, patience_seconds=0)
        is_elsewhere = False
        try:
            with self._around("relay", organisation):
                report = drain(self._world, organisation, manner=manner)
                errors, is_elsewhere = report.errors, report.is_elsewhere
        except Net30Error as error:
            errors = {"store": error.message}
        for name, why in errors.items():
            log.warning("%s waits: %s", name, why)
        return errors, is_elsewhere


class Elsewhere:
    """Another process brings projections up to date, and finds by itself what there is to do.

    What waits for too long is told from the books themselves, so that a worker that has died is
    seen as well as a projection that fails.
    """

    def __init__(self, world: World) -> None:
        """Watch the organisations of a world."""
        self._world = world
        self._seen: tuple[float, tuple[str, ...]] = (0.0, ())

    def start(self) -> None:
        """Do nothing: the other process has its own start."""

    def stop(self) -> None:
        """Do nothing."""

    def poke(self, organisation: str) -> None:
        """Do nothing."""

    def rest(self, seconds: float = 30.0) -> bool:
        """Wait until nothing waits; False when that took too long."""
        until = time.monotonic() + seconds
        while any(True for _ in waiting(self._world)):
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        return True

    def stuck(self) -> tuple[str, ...]:
        """Return the projections that are late, as they were some seconds ago at most."""
        at, found = self._seen
        if time.monotonic() - at > SEEN_SECONDS or not at:
            found = late(self._world)
            self._seen = (time.monotonic(), found)
        return found
