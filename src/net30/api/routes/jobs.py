"""Jobs: long work, how far it is, and stopping it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.answers.paging import ROWS_USUAL, Limit
from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.domain.job import Job
from net30.services.jobs.watch_jobs import cancel_job, list_jobs

routes = Resource("jobs", "Long work: how far it is.")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job, how much of it is done, and about how many seconds are left."""

    job: Job
    percent: int | None
    seconds_left: int | None


@routes.get("/jobs", Permission.JOBS_READ, gives=tuple[JobRow, ...])
def get_jobs(visit: Looking, limit: Limit = ROWS_USUAL) -> Response:
    """List long work, the latest first: percent, time left, what it came to."""
    with visit.look() as ctx:
        found, now = list_jobs(ctx, limit), ctx.now
    return visit.reply([row_of(job, now) for job in found])


@routes.post("/jobs/{job}/cancel", Permission.JOBS_WRITE, gives=Job)
def cancel_running_job(
    visit: Changing,
    job: Annotated[str, Path(description="The job's id.", max_length=ID_CHARACTERS_MAX)],
) -> Response:
    """Ask a job to stop; it does within seconds, and keeps nothing."""
    return visit.once(lambda ctx: cancel_job(ctx, job))


def row_of(job: Job, now: datetime) -> JobRow:
    """Return a job with how far it is."""
    left = job.left(now)
    seconds = None if left is None else round(left.total_seconds())
    return JobRow(job=job, percent=job.percent, seconds_left=seconds)
