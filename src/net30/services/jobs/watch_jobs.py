"""Watch jobs: list them, and ask one to stop."""

from __future__ import annotations

from net30.domain.aggregates import Key
from net30.domain.events import JobEnded
from net30.domain.job import Job, JobState, cancelling, ended
from net30.kernel.errors import NotFound
from net30.ports.store import Stored
from net30.services.context import Context, ReadContext

LISTED = 100
LOST = "its process ended before it did"


def list_jobs(ctx: ReadContext, limit: int = LISTED) -> tuple[Job, ...]:
    """Return jobs, the latest first; one whose process has died is shown as failed."""
    return tuple(as_seen(ctx, stored.value) for stored in ctx.tx.latest(Job, limit=limit))


def running_jobs(ctx: ReadContext) -> tuple[Job, ...]:
    """Return what waits or runs now, the earliest first."""
    running = (stored.value for stored in ctx.tx.find(Job, Key.PARENT, JobState.RUNNING.value))
    return tuple(job for job in running if not job.is_lost(ctx.now))


def job_of(ctx: ReadContext, job_id: str) -> Stored[Job]:
    """Return a job; raise NotFound."""
    try:
        return ctx.tx.load(Job, job_id)
    except NotFound:
        raise NotFound(
            f"there is no job {job_id!r}", hint="net30 jobs lists them", code="job"
        ) from None


def cancel_job(ctx: Context, job_id: str) -> Job:
    """Ask a job to stop; it does when it next tells how far it is.

    Raises NotFound, or Conflict when it has ended. One whose process has died ends at once.
    """
    stored = job_of(ctx, job_id)
    job = cancelling(stored.value)
    if stored.value.state is JobState.WAITING or stored.value.is_lost(ctx.now):
        state = JobState.CANCELLED
        job = ended(job, state, ctx.now)
        ctx.record(JobEnded(job_id=job.id, kind=job.kind, state=state.value, day=ctx.today))
    ctx.tx.save(job, expected=stored.version)
    return job


def as_seen(ctx: ReadContext, job: Job) -> Job:
    """Return a job as it stands: one whose process has died has failed."""
    return ended(job, JobState.FAILED, job.heard, error=LOST) if job.is_lost(ctx.now) else job
