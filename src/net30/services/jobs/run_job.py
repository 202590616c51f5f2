"""Run a job: work that tells how far it is, and stops when somebody asks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from threading import Lock
from typing import TypeVar

from net30.domain.events import JobEnded
from net30.domain.job import Job, JobState, ended, handed_back, moved
from net30.kernel.errors import Conflict, Net30Error
from net30.ports.store import NEW
from net30.services.context import Context

T = TypeVar("T")
Change = Callable[[], AbstractContextManager[Context]]
Progress = Callable[[str, int, int], None]

TOLD_EVERY_SECONDS = 1.0
"""The record is written so often at most: it costs a commit."""

RESULT_CHARACTERS_MAX = 100_000
WRITES_MAX = 3


class JobLeft(Net30Error):
    """The process that does the work has to end; another goes on with it."""

    code = "job_left"


class JobTakenOver(Net30Error):
    """The work was taken for dead, and is another process' now."""

    code = "job_taken_over"


class JobCancelled(Net30Error):
    """Somebody asked the work to stop, and it did; nothing of it was kept."""

    code = "job_cancelled"


def run_job(
    change: Change,
    work: Callable[[Progress], T],
    *,
    kind: str,
    title: str,
    told: Callable[[T], object],
) -> T:
    """Do long work under a record, and return what it came to.

    `change` opens a transaction, `work` is given whom to tell (step, done, total); `told` turns
    the result into what is kept as JSON. Work must tell from time to time: then it is stopped when
    somebody asked for it (JobCancelled). What it raises is kept as the job's error and raised. The
    work must not be inside a transaction of its own.
    """
    return begin_job(change, kind, title).carry_out(work, told)


def begin_job(change: Change, kind: str, title: str) -> Running:
    """Write the record of work that begins now; whoever began it carries it out at once."""
    with change() as ctx:
        job = new_job(ctx, kind, title)
    return Running(change, job.id)


def new_job(ctx: Context, kind: str, title: str, order: str = "") -> Job:
    """Write the record of work, and return it: with an `order` it waits for who takes it up."""
    job = Job(
        id=ctx.new_id(),
        kind=kind,
        title=title,
        user=ctx.user,
        began=ctx.now,
        began_step=ctx.now,
        heard=ctx.now,
        state=JobState.WAITING if order else JobState.RUNNING,
        order=order,
    )
    ctx.tx.save(job, expected=NEW)
    return job


class Running:
    """A job under way: its record, and when it was last written.

    Of ordered work `by` is who has taken it up: what somebody else has taken up meanwhile ends
    here (JobTakenOver), and writes nothing of the other's record.
    """

    def __init__(self, change: Change, job_id: str, by: str = "") -> None:
        self._change = change
        self._id = job_id
        self._by = by
        self._told = float("-inf")
        self._writing = Lock()

    @property
    def id(self) -> str:
        """Return the job's id."""
        return self._id

    def carry_out(self, work: Callable[[Progress], T], told: Callable[[T], object]) -> T:
        """Do the work and return what it came to, as `run_job` does."""
        try:
            result = work(self.tell)
        except JobTakenOver:
            raise
        except JobLeft:
            self.hand_back()
            raise
        except JobCancelled:
            self.end(JobState.CANCELLED)
            raise
        except KeyboardInterrupt:
            self.end(JobState.CANCELLED)
            raise
        except Exception as error:
            message = error.message if isinstance(error, Net30Error) else f"{type(error).__name__}"
            self.end(JobState.FAILED, error=message)
            raise
        self.end(JobState.DONE, result=json.dumps(told(result))[:RESULT_CHARACTERS_MAX])
        return result

    def tell(self, step: str, done: int, total: int) -> None:
        """Write how far it is, when it was long ago; raise JobCancelled when asked to stop."""
        now = time.monotonic()
        if now - self._told < TOLD_EVERY_SECONDS:
            return
        self._told = now
        before = self._write(lambda ctx, job: moved(job, step, done, total, ctx.now))
        if before.cancel_asked:
            raise JobCancelled(
                f"{before.title} was stopped", hint="start it again when you want it"
            )

    def beat(self) -> None:
        """Write that it still goes on, however long its step takes."""
        self._write(lambda ctx, job: replace(job, heard=ctx.now))

    def hand_back(self) -> None:
        """Leave ordered work to whoever takes it up next."""
        self._write(lambda ctx, job: handed_back(job, ctx.now))

    def end(self, state: JobState, *, result: str = "", error: str = "") -> None:
        """Write how it ended."""

        def over(ctx: Context, job: Job) -> Job:
            ctx.record(JobEnded(job_id=job.id, kind=job.kind, state=state.value, day=ctx.today))
            return ended(job, state, ctx.now, result=result, error=error)

        self._write(over)

    def _write(self, make: Callable[[Context, Job], Job]) -> Job:
        """Change the record and return what it was; raise JobTakenOver when it is another's."""
        for _ in range(WRITES_MAX):
            try:
                with self._writing, self._change() as ctx:
                    stored = ctx.tx.load(Job, self._id)
                    if stored.value.claimed_by != self._by or stored.value.is_over:
                        raise JobTakenOver(f"{stored.value.title} is not this process' any more")
                    ctx.tx.save(make(ctx, stored.value), expected=stored.version)
                    return stored.value
            except Conflict as changed:  # somebody asked it to stop at the same moment
                conflict = changed
        raise conflict
