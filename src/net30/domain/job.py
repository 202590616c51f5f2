"""Job: long work that others can watch and stop: how far it is, what it came to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from net30.kernel.errors import Conflict

LOST_AFTER = timedelta(minutes=10)
"""Work that has told nothing for so long has died with its process."""
LEASE = timedelta(seconds=60)
"""Who carries out work that was ordered says so more often; after that another may take it up."""
TRIES_MAX = 3
"""Ordered work whose process died so often is not taken up again: it may be what kills them."""

BACKUP = "backup"
"""The kind of work that is a backup; those that ended well are found among all the others."""


class JobState(StrEnum):
    """Where long work stands; `waiting` is ordered, and nobody has taken it up yet."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of long work; `done` of `total` rows of its present `step` (0: not known).

    `result` is what it came to as JSON, `error` why it failed. `began_step` is when the step began,
    which the time that is left is told from. Work that was ordered has its `order` as JSON, who
    took it up last, and how often somebody did.
    """

    id: str
    kind: str
    title: str
    user: str
    began: datetime
    began_step: datetime
    heard: datetime
    state: JobState = JobState.RUNNING
    step: str = ""
    done: int = 0
    total: int = 0
    cancel_asked: bool = False
    ended: datetime | None = None
    result: str = ""
    error: str = ""
    order: str = ""
    claimed_by: str = ""
    tries: int = 0

    @property
    def is_over(self) -> bool:
        """Tell whether nothing of it is still to be done."""
        return self.state not in {JobState.WAITING, JobState.RUNNING}

    @property
    def percent(self) -> int | None:
        """Return how much of the present step is done, 0 to 100, None when nobody knows."""
        if self.state is JobState.DONE:
            return 100
        return 100 * min(self.done, self.total) // self.total if self.total else None

    def left(self, now: datetime) -> timedelta | None:
        """Return how long the present step will still take at the pace so far, None unknown."""
        if self.state is not JobState.RUNNING or not self.total or not self.done:
            return None
        spent = now - self.began_step
        return spent * max(self.total - self.done, 0) / self.done

    def is_lost(self, now: datetime) -> bool:
        """Tell whether it should be running and nothing was heard of it for long."""
        return self.state is JobState.RUNNING and now - self.heard > LOST_AFTER

    def can_be_claimed(self, now: datetime) -> bool:
        """Tell whether it was ordered, and waits or was left by whoever took it up."""
        if self.state is JobState.WAITING:
            return True
        return self.state is JobState.RUNNING and bool(self.order) and now - self.heard > LEASE


def claimed(job: Job, by: str, now: datetime) -> Job:
    """Return ordered work as taken up by somebody, from its beginning."""
    return replace(
        job,
        state=JobState.RUNNING,
        claimed_by=by,
        tries=job.tries + 1,
        step="",
        done=0,
        total=0,
        began_step=now,
        heard=now,
    )


def handed_back(job: Job, now: datetime) -> Job:
    """Return ordered work as left by who has to end now: it counts as no try."""
    return replace(
        job, state=JobState.WAITING, claimed_by="", tries=job.tries - 1, heard=now, step=""
    )


def moved(job: Job, step: str, done: int, total: int, now: datetime) -> Job:
    """Return the job further on."""
    began_step = job.began_step if step == job.step else now
    return replace(job, step=step, done=done, total=total, began_step=began_step, heard=now)


def ended(job: Job, state: JobState, now: datetime, *, result: str = "", error: str = "") -> Job:
    """Return the job at its end."""
    return replace(job, state=state, heard=now, ended=now, result=result, error=error)


def cancelling(job: Job) -> Job:
    """Return the job with the wish to stop it; raise Conflict when it has ended."""
    if job.is_over:
        raise Conflict(
            f"the job {job.id} is {job.state.value}",
            hint="only what runs can be stopped",
            code="job_ended",
        )
    return replace(job, cancel_asked=True)
