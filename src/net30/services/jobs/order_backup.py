"""Order a backup: each day at its hour, by whichever process is there first; and the last one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from net30.domain.aggregates import Key
from net30.domain.job import BACKUP, Job, JobState
from net30.kernel.errors import Conflict
from net30.kernel.ids import new_id
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.context import Context, ReadContext
from net30.services.jobs.order_job import order_job
from net30.services.jobs.watch_jobs import running_jobs

LATE_AFTER = timedelta(hours=26)
"""A daily backup that is older than this was missed."""
WATCHED = timedelta(days=60)
"""So far back it is looked for backups."""
AGAIN_AFTER = timedelta(hours=1)
"""One that failed is tried again after so long."""
TITLE = "backup"


def order_backup(ctx: Context) -> Job:
    """Return the record of a backup that will be made; Conflict while one waits or is made."""
    if any(job.kind == BACKUP for job in running_jobs(ctx)):
        raise Conflict(
            "a backup is being made already",
            hint="wait until it has ended: net30 jobs",
            code="backup_running",
        )
    return order_job(ctx, BACKUP, TITLE, {"what": "all"})


def order_due_backup(ctx: Context, hour: int) -> Job | None:
    """Order the backup of the day once its hour (UTC) has come; None when it was ordered."""
    due = _due_since(ctx.now, hour)
    if any(job.kind == BACKUP for job in running_jobs(ctx)):
        return None
    if any(job.began >= due for job in good_backups(ctx)):
        return None
    if any(job.kind == BACKUP and job.heard > ctx.now - AGAIN_AFTER for job in _latest(ctx)):
        return None
    return order_backup(ctx)


def last_backup(ctx: ReadContext) -> Job | None:
    """Return the latest backup that ended well, None when there is none within WATCHED."""
    found = None
    for job in good_backups(ctx):
        found = job
    return found


def good_backups(ctx: ReadContext) -> Iterator[Job]:
    """Yield the backups within WATCHED that ended well, the earliest first."""
    after = new_id(ctx.now - WATCHED)
    while page := ctx.tx.find_many(Job, Key.PARENT, [BACKUP], after=after, limit=PAGE_ROWS_MAX).get(
        BACKUP, ()
    ):
        yield from (stored.value for stored in page if stored.value.state is JobState.DONE)
        after = page[-1].value.id


def _latest(ctx: ReadContext) -> Iterator[Job]:
    return (stored.value for stored in ctx.tx.latest(Job, limit=100))


def _due_since(now: datetime, hour: int) -> datetime:
    due = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return due if due <= now else due - timedelta(days=1)
