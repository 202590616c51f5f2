"""Streaming: a thread that takes in the facts of the stream, where the settings name a topic."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from net30.app import App
from net30.kernel.errors import Net30Error
from net30.services.steps import around
from net30.services.streaming.intake import AGAIN_SECONDS, Intake

USER = "stream"
"""Whom the audit names for what came by the stream."""

log = logging.getLogger("net30.worker")


def intake_of(app: App, told: Callable[[str], None]) -> Intake | None:
    """Return what takes facts in; None where the settings name no topic of facts."""
    outlet = app.world.outlet
    if outlet is None or not outlet.facts:
        return None
    return Intake(
        world=app.world,
        outlet=outlet,
        change=lambda organisation: app.of(organisation).change(USER),
        look=lambda organisation: app.of(organisation).look(USER),
        told=told,
        around=around(app.tracer),
    )


class Streaming:
    """Takes facts in until it is stopped."""

    def __init__(self, intake: Intake) -> None:
        """Do nothing before `start`."""
        self._intake = intake
        self._ending = Event()
        self._thread = Thread(target=self._run, name="net30-stream", daemon=True)

    def start(self) -> None:
        """Begin where the group has come to."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch under way and leave the group."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._intake.check()
                self._intake.run(self._ending)
            except Net30Error as error:
                log.error("facts are not read: %s (%s)", error.message, error.hint)  # noqa: TRY400 - said whole
            except Exception:  # the rest of the worker goes on
                log.exception("facts are not read")
            self._ending.wait(AGAIN_SECONDS)
