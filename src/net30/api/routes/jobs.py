"""Jobs: long work, how far it is, and stopping it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.paging import ROWS_MAX, ROWS_USUAL, Limit
from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.following import Followed, News, Stay, follow
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.domain.job import Job, JobState
from net30.services.context import ReadContext
from net30.services.jobs.watch_jobs import as_seen, cancel_job, job_of, list_jobs

routes = Resource("jobs", "Long work: how far it is.")

STAY_USUAL = 600
LOOK_SECONDS = 1.0
"""A job writes down how far it is once a second at most."""

Id = Annotated[str, Path(description="The job's id.", max_length=ID_CHARACTERS_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job, how much of it is done, and about how many seconds are left."""

    job: Job
    percent: int | None
    seconds_left: int | None


@routes.get("/jobs", Permission.JOBS_READ, gives=tuple[JobRow, ...])
def get_jobs(
    visit: Looking,
    *,
    state: Annotated[list[JobState] | None, Query(description="One or several.")] = None,
    kind: Annotated[str, Query(description="Such as train.", max_length=50)] = "",
    limit: Limit = ROWS_USUAL,
) -> Response:
    """List long work, the latest first: percent, time left, what it came to."""
    with visit.look() as ctx:
        latest, now = list_jobs(ctx, ROWS_MAX if state or kind else limit), ctx.now
    found = [one for one in latest if one.state in (state or JobState) and kind in {"", one.kind}]
    return visit.reply([row_of(job, now) for job in found[:limit]])


@routes.get("/jobs/{job}", Permission.JOBS_READ, gives=JobRow)
def get_job(visit: Looking, job: Id) -> Response:
    """Show a job: percent, time left, what it came to."""
    with visit.look() as ctx:
        return visit.reply(row_of(as_seen(ctx, job_of(ctx, job).value), ctx.now))


@routes.stream("/jobs/{job}/events", Permission.JOBS_READ, gives=JobRow)
async def follow_job(visit: Looking, job: Id, seconds: Stay = STAY_USUAL) -> Response:
    """Tell how far a job is, by server-sent events, until it ends; each event is a JobRow."""

    def look(ctx: ReadContext, known: News | None) -> News:
        stored = job_of(ctx, job)
        seen = as_seen(ctx, stored.value)
        name = f"{stored.version}-{seen.state}"
        if known and known.id == name:
            return known
        return News(id=name, event="job", value=row_of(seen, ctx.now), last=seen.is_over)

    followed = Followed(name=f"job {job}", look=look, every_seconds=LOOK_SECONDS)
    return await follow(visit, followed, seconds)


@routes.post("/jobs/{job}/cancel", Permission.JOBS_WRITE, gives=Job)
def cancel_running_job(visit: Changing, job: Id) -> Response:
    """Ask a job to stop; it does within seconds, and keeps nothing."""
    return visit.once(lambda ctx: cancel_job(ctx, job))


def row_of(job: Job, now: datetime) -> JobRow:
    """Return a job with how far it is."""
    left = job.left(now)
    seconds = None if left is None else round(left.total_seconds())
    return JobRow(job=job, percent=job.percent, seconds_left=seconds)
