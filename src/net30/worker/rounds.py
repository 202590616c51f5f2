"""Rounds: a thread that does the chores of every organisation, each in its own time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from threading import Event, Thread
from typing import Protocol

from net30.app import App
from net30.kernel.errors import Net30Error
from net30.kernel.plugins import load, names_in
from net30.services.steps import around

ROOM = "net30.worker.chores"
LOOK_SECONDS = 5.0

log = logging.getLogger("net30.worker")


class Chore(Protocol):
    """What a file of chores/ offers."""

    EVERY_SECONDS: float

    def run(self, app: App) -> None:
        """Do it once for one organisation; may be done again at any time."""


def chores() -> dict[str, Chore]:
    """Return every chore by its name."""
    return {name: load(ROOM, name) for name in names_in(ROOM)}


class Rounds:
    """Does each chore when its time has come; one that fails is tried again the next time."""

    def __init__(
        self,
        app: App,
        poke: Callable[[str], None],
        each: Mapping[str, Chore],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Work for an application; `poke` hears where something may have happened."""
        self._app = app
        self._around = around(app.tracer)
        self._poke = poke
        self._each = each
        self._clock = clock
        self._due = dict.fromkeys(each, clock())
        self._ending = Event()
        self._thread = Thread(target=self._run, name="net30-rounds", daemon=True)

    def start(self) -> None:
        """Begin; every chore is due at first."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the organisation under way and end."""
        self._ending.set()
        self._thread.join()

    def go(self) -> None:
        """Do what is due now."""
        for name, chore in self._each.items():
            if self._clock() < self._due[name] or self._ending.is_set():
                continue
            self._due[name] = self._clock() + chore.EVERY_SECONDS
            self._at_work(name, chore)

    def _run(self) -> None:
        while not self._ending.is_set():
            self.go()
            self._ending.wait(LOOK_SECONDS)

    def _at_work(self, name: str, chore: Chore) -> None:
        try:
            organisations = self._app.world.store.organisations()
        except Net30Error as error:
            log.warning("%s waits: %s", name, error.message)
            return
        for organisation in organisations:
            if self._ending.is_set():
                return
            try:
                with self._around(f"chore {name}", organisation):
                    chore.run(self._app.of(organisation))
            except Exception as error:  # one chore must not stop the others
                log.warning("%s of %s failed", name, organisation, exc_info=error)
            self._poke(organisation)
