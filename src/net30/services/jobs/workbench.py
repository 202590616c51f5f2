"""Workbench: takes up ordered work, one piece at a time, for as long as a server or worker runs."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from threading import Condition, Event, Thread

from net30.domain.job import Job
from net30.kernel.errors import Conflict, Net30Error
from net30.kernel.ids import new_id
from net30.services.jobs.claim_job import claim_job, has_claimable
from net30.services.jobs.order_job import forget_content
from net30.services.jobs.run_job import JobLeft, JobTakenOver, Progress, Running
from net30.services.jobs.works import WORKS, Bench, Work
from net30.services.steps import NO_STEPS, Around
from net30.services.world import World

USER = "net30"
LOOK_SECONDS = 5.0
"""What another process ordered, or left, is found after so long."""
BEAT_SECONDS = 10.0

log = logging.getLogger("net30.jobs")


class Workbench:
    """Does ordered work in a thread of its own; work under way is left to others when it ends."""

    def __init__(
        self,
        world: World,
        bench: Callable[[str], Bench],
        works: Mapping[str, Work] = WORKS,
        beat_seconds: float = BEAT_SECONDS,
        around: Around = NO_STEPS,
    ) -> None:
        """Work for the organisations of a world; nothing runs before `start`.

        `bench` opens what the work of an organisation is done with, `around` a step for each.
        """
        self._around = around
        self._world = world
        self._bench = bench
        self._works = works
        self._beat_seconds = beat_seconds
        self._name = f"{socket.gethostname()}:{os.getpid()}:{new_id(world.clock())}"
        self._poked: set[str] = set()
        self._busy = False
        self._stop = Event()
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="net30-jobs", daemon=True)

    def start(self) -> None:
        """Begin with what was ordered or left before."""
        self._thread.start()

    def stop(self) -> None:
        """Leave the work under way to whoever comes next, at its next step, and end."""
        self._stop.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join()

    def poke(self, organisation: str) -> None:
        """Say that something may have been ordered."""
        with self._changed:
            self._poked.add(organisation)
            self._changed.notify_all()

    def rest(self, seconds: float) -> bool:
        """Wait until nothing that was said is left to do; False when that took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._poked and not self._busy, seconds)

    def _run(self) -> None:
        found: Iterable[str] = self._everybody()
        while not self._stop.is_set():
            for organisation in found:
                while not self._stop.is_set() and self._worked(organisation):
                    pass
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._stop.is_set() or self._poked, LOOK_SECONDS)
                found, self._poked = self._poked, set()
                self._busy = True
            found = found or self._everybody()

    def _everybody(self) -> tuple[str, ...]:
        try:
            return self._world.store.organisations()
        except Net30Error as error:
            log.warning("ordered work waits: %s", error.message)
            return ()

    def _worked(self, organisation: str) -> bool:
        """Do one piece of work of an organisation; False when there is none."""
        try:
            bench = self._bench(organisation)
            with bench.look(USER) as ctx:
                if not has_claimable(ctx):
                    return False
            with bench.change(USER) as ctx:
                job = claim_job(ctx, self._name)
        except Conflict:  # another process was quicker: it may have left more
            return True
        except Net30Error as error:
            log.warning("ordered work of %s waits: %s", organisation, error.message)
            return False
        if job is None:
            return False
        with self._around(f"job {job.kind}", organisation):
            self._carry_out(bench, job)
        return True

    def _carry_out(self, bench: Bench, job: Job) -> None:
        running = Running(lambda: bench.change(job.user), job.id, self._name)
        ended = Event()
        heart = Thread(target=self._beat, args=(running, ended), name="net30-heart", daemon=True)
        heart.start()
        try:
            running.carry_out(
                lambda tell: self._works[job.kind](bench, job, self._leaving(tell)),
                lambda result: result,
            )
        except (JobLeft, JobTakenOver) as left:
            log.info("%s goes on elsewhere: %s", job.kind, left.message)
            return
        except Net30Error as error:  # the job's record says so
            log.warning("%s ended: %s", job.kind, error.message)
        except Exception:
            # The end of a piece of work is where a fault of ours ends; its record says so.
            log.exception("%s failed", job.kind)
        finally:
            ended.set()
            heart.join()
        with bench.look(USER) as ctx:
            forget_content(ctx, job.id)

    def _leaving(self, tell: Progress) -> Progress:
        def told(step: str, done: int, total: int) -> None:
            if self._stop.is_set():
                raise JobLeft("the process that does this ends")
            tell(step, done, total)

        return told

    def _beat(self, running: Running, ended: Event) -> None:
        while not ended.wait(self._beat_seconds):
            try:
                running.beat()
            except Net30Error as error:  # it is over, another's, or the database is away
                log.info("no beat: %s", error.message)
