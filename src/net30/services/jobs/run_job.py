"""Run a job: work that tells how far it is, and stops when somebody asks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from net30.domain.events import JobEnded
from net30.domain.job import Job, JobState, ended, moved
from net30.kernel.errors import Net30Error
from net30.ports.store import NEW
from net30.services.context import Context

T = TypeVar("T")
Change = Callable[[], AbstractContextManager[Context]]
Progress = Callable[[str, int, int], None]

TOLD_EVERY_SECONDS = 1.0
"""The record is written so often at most: it costs a commit."""

RESULT_CHARACTERS_MAX = 100_000


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
    return Running(change, kind, title)


class Running:
    """A job under way: its record, and when it was last written."""

    def __init__(self, change: Change, kind: str, title: str) -> None:
        self._change = change
        self._told = float("-inf")
        with change() as ctx:
            self._id = ctx.new_id()
            job = Job(
                id=self._id,
                kind=kind,
                title=title,
                user=ctx.user,
                began=ctx.now,
                began_step=ctx.now,
                heard=ctx.now,
            )
            ctx.tx.save(job, expected=NEW)

    @property
    def id(self) -> str:
        """Return the job's id."""
        return self._id

    def carry_out(self, work: Callable[[Progress], T], told: Callable[[T], object]) -> T:
        """Do the work and return what it came to, as `run_job` does."""
        try:
            result = work(self.tell)
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
        with self._change() as ctx:
            stored = ctx.tx.load(Job, self._id)
            ctx.tx.save(moved(stored.value, step, done, total, ctx.now), expected=stored.version)
        if stored.value.cancel_asked:
            raise JobCancelled(
                f"{stored.value.title} was stopped", hint="start it again when you want it"
            )

    def end(self, state: JobState, *, result: str = "", error: str = "") -> None:
        """Write how it ended."""
        with self._change() as ctx:
            stored = ctx.tx.load(Job, self._id)
            job = ended(stored.value, state, ctx.now, result=result, error=error)
            ctx.tx.save(job, expected=stored.version)
            ctx.record(JobEnded(job_id=job.id, kind=job.kind, state=state.value, day=ctx.today))
