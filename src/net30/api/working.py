"""Working: long work beside the requests, one piece at a time in this process.

Its record is a job that every face shows; it stops when somebody asks for it, or the server ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

from net30.kernel.errors import Conflict, Net30Error
from net30.services.jobs.run_job import JobCancelled, Progress

STOPPING_SECONDS = 5.0

log = logging.getLogger("net30.api")


class Working:
    """Carries out one piece of work in a thread of its own."""

    def __init__(self) -> None:
        """Have nothing to do."""
        self._busy = Lock()
        self._stop = Event()
        self._thread: Thread | None = None

    @contextmanager
    def taken(self) -> Iterator[Callable[[Callable[[], object]], None]]:
        """Lend what begins the work; raise Conflict (busy_training) while other work goes on."""
        if not self._busy.acquire(blocking=False):
            raise Conflict(
                "this net30 is training already",
                hint="wait until that has ended: GET /api/v1/jobs",
                code="busy_training",
            )
        begun = False

        def begin(work: Callable[[], object]) -> None:
            nonlocal begun
            begun = True
            self._thread = Thread(
                target=self._at_work, args=(work,), name="net30-work", daemon=True
            )
            self._thread.start()

        try:
            yield begin
        finally:
            if not begun:
                self._busy.release()

    def stoppable(self, tell: Progress) -> Progress:
        """Return what is told how far the work is, and ends it when the server does."""

        def told(step: str, done: int, total: int) -> None:
            if self._stop.is_set():
                raise JobCancelled("the server was stopped", hint="start it again")
            tell(step, done, total)

        return told

    def stop(self) -> None:
        """Ask the work to stop, and give it a moment."""
        self._stop.set()
        if self._thread:
            self._thread.join(STOPPING_SECONDS)

    def rest(self, seconds: float) -> bool:
        """Wait until nothing is under way; False when that took too long."""
        if self._thread:
            self._thread.join(seconds)
        return not self._busy.locked()

    def _at_work(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Net30Error as error:  # the job's record says so
            log.warning("long work ended: %s", error.message)
        except Exception:
            # The end of a thread is where a fault of ours ends; the job says that it failed.
            log.exception("long work failed")
        finally:
            self._busy.release()
