"""Relaying: a thread that brings projections up to date after changes, beside the requests.

So an answer waits for the books only, and the list, the documents and the mail follow at once.
"""

from __future__ import annotations

import logging
from threading import Condition, Thread

from net30.app import App
from net30.kernel.errors import Net30Error

RETRY_SECONDS = 20.0
"""What a projection could not take in is tried again after so long."""

log = logging.getLogger("net30.api")


class Relaying:
    """Drains the organisations that something happened in, one after the other."""

    def __init__(self, app: App) -> None:
        """Work for an application; nothing runs before `start`."""
        self._app = app
        self._waiting: dict[str, None] = {}
        self._stuck: dict[str, dict[str, str]] = {}
        self._busy = False
        self._stop = False
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="net30-relay", daemon=True)

    def start(self) -> None:
        """Begin with what is left from before, of every organisation."""
        for organisation in self._app.world.store.organisations():
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
                lambda: not self._waiting and not self._busy, timeout=seconds
            )

    def stuck(self) -> tuple[str, ...]:
        """Return the projections that wait, of whichever organisation."""
        with self._changed:
            return tuple(sorted({name for errors in self._stuck.values() for name in errors}))

    def _run(self) -> None:
        while (organisation := self._next()) is not None:
            errors = self._drained(organisation)
            with self._changed:
                self._stuck.pop(organisation, None)
                if errors:
                    self._stuck[organisation] = errors
                self._busy = False
                self._changed.notify_all()

    def _next(self) -> str | None:
        with self._changed:
            while not self._stop and not self._waiting:
                heard = self._changed.wait(RETRY_SECONDS)
                if not heard:
                    self._waiting |= dict.fromkeys(self._stuck)
            if self._stop:
                return None
            organisation = next(iter(self._waiting))
            del self._waiting[organisation]
            self._busy = True
            return organisation

    def _drained(self, organisation: str) -> dict[str, str]:
        try:
            errors = dict(self._app.of(organisation).settle().errors)
        except Net30Error as error:
            errors = {"store": error.message}
        for name, why in errors.items():
            log.warning("%s waits: %s", name, why)
        return errors
