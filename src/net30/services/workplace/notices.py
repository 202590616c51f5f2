"""Notices: what a user has not looked at yet: alerts that were raised, long work that has ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from net30.domain.alert import Alert
from net30.domain.job import Job, JobState
from net30.services.alerts.check_alerts import open_alerts
from net30.services.context import Context, ReadContext
from net30.services.jobs.watch_jobs import list_jobs
from net30.services.workplace.saved_views import stored_workplace, workplace_of

TOLD_FOR = timedelta(days=7)
"""Work that ended longer ago is no news."""
JOBS_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """What is to be told: open alerts, the critical first; jobs that ended, the latest first.

    `unread` has the ids of those that the user has not looked at.
    """

    alerts: tuple[Alert, ...]
    jobs: tuple[Job, ...]
    unread: frozenset[str]


def notices_of(ctx: ReadContext, *, alerts: bool = True, jobs: bool = True) -> Notices:
    """Return the notices of the user; only of what one may see.

    An alert that somebody acknowledged is no news any more. Of long work those are told that ended
    in the last TOLD_FOR.
    """
    place = workplace_of(ctx)
    raised = open_alerts(ctx) if alerts else ()
    over = tuple(job for job in (list_jobs(ctx, JOBS_MAX) if jobs else ()) if _is_news(ctx, job))
    new = {one.id for one in raised if one.id > place.alert_seen and not one.acknowledged_by}
    new |= {job.id for job in over if _ended_after(job, place.seen_at)}
    return Notices(alerts=raised, jobs=over, unread=frozenset(new))


def mark_seen(ctx: Context, seen: Notices) -> None:
    """Note that the user has looked at notices; what came meanwhile stays unread."""
    if not seen.unread:
        return
    stored = stored_workplace(ctx)
    place = stored.value
    ended = [job.ended for job in seen.jobs if job.ended]
    known = [place.seen_at] if place.seen_at else []
    marked = replace(
        place,
        alert_seen=max(place.alert_seen, *(one.id for one in seen.alerts), ""),
        seen_at=max([*known, *ended], default=None),
    )
    if marked != place:
        ctx.tx.save(marked, expected=stored.version)


def _is_news(ctx: ReadContext, job: Job) -> bool:
    over = job.state is not JobState.RUNNING and job.ended is not None
    return over and ctx.now - (job.ended or ctx.now) < TOLD_FOR


def _ended_after(job: Job, moment: datetime | None) -> bool:
    return moment is None or (job.ended is not None and job.ended > moment)
