"""Order a job: long work is written down, and whichever process has the time takes it up."""

from __future__ import annotations

import json
from collections.abc import Mapping

from net30.domain.job import Job
from net30.kernel.errors import LimitExceeded
from net30.services.context import Context, ReadContext
from net30.services.jobs.run_job import new_job
from net30.services.jobs.watch_jobs import running_jobs

WAITING_MAX = 20
"""So many pieces of work of one organisation may wait or run."""
FOLDER = "ordered"
"""Where the files lie that ordered work needs."""
SCORED, FINDINGS = "scores", ".findings.csv"
"""Where the results of files lie that were scored, and how the names of those about rows end."""


def order_job(
    ctx: Context,
    kind: str,
    title: str,
    asked: Mapping[str, object],
    content: bytes | None = None,
) -> Job:
    """Return the record of work that will be done; `content` is a file that it needs.

    Whoever looks finds it once the change is kept. Raises LimitExceeded for one too many.
    """
    if len(running_jobs(ctx)) >= WAITING_MAX:
        raise LimitExceeded(
            f"{WAITING_MAX} pieces of long work wait already",
            hint="wait until some have ended, or stop them: GET /api/v1/jobs",
            code="jobs_waiting",
        )
    job = new_job(ctx, kind, title, json.dumps(asked))
    if content is not None:
        ctx.blobs.put(ctx.organisation, place_of(job.id), content)
    return job


def ordered_content(ctx: ReadContext, job: Job) -> bytes:
    """Return the file that a job needs; raise NotFound."""
    return ctx.blobs.get(ctx.organisation, place_of(job.id))


def forget_content(ctx: ReadContext, job_id: str) -> None:
    """Forget the file of a job that has ended."""
    ctx.blobs.delete(ctx.organisation, place_of(job_id))


def place_of(job_id: str) -> str:
    """Return where the file is kept that a job needs."""
    return f"{FOLDER}/{job_id}"
