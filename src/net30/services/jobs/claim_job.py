"""Claim a job: ordered work is taken up by one process, and again when that one has died."""

from __future__ import annotations

from net30.domain.aggregates import Key
from net30.domain.events import JobEnded
from net30.domain.job import TRIES_MAX, Job, JobState, claimed, ended
from net30.services.context import Context, ReadContext

GIVEN_UP = f"its process died {TRIES_MAX} times"


def has_claimable(ctx: ReadContext) -> bool:
    """Tell whether there is ordered work that nobody does."""
    going = ctx.tx.find(Job, Key.PARENT, JobState.RUNNING.value)
    return any(stored.value.can_be_claimed(ctx.now) for stored in going)


def claim_job(ctx: Context, by: str) -> Job | None:
    """Return the earliest ordered work that nobody does, now somebody's; None where there is none.

    What was taken up TRIES_MAX times and never ended fails. Raises Conflict when another process
    was quicker.
    """
    going = ctx.tx.find(Job, Key.PARENT, JobState.RUNNING.value)
    for stored in sorted(going, key=lambda one: one.value.id):
        job = stored.value
        if not job.can_be_claimed(ctx.now):
            continue
        if job.tries >= TRIES_MAX or job.cancel_asked:
            state = JobState.CANCELLED if job.cancel_asked else JobState.FAILED
            error = "" if job.cancel_asked else GIVEN_UP
            ctx.tx.save(ended(job, state, ctx.now, error=error), expected=stored.version)
            ctx.record(JobEnded(job_id=job.id, kind=job.kind, state=state.value, day=ctx.today))
            continue
        mine = claimed(job, by, ctx.now)
        ctx.tx.save(mine, expected=stored.version)
        return mine
    return None
