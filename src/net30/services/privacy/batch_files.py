"""Batch files: what was sent to be scored, and what was found in it, without an erased person."""

from __future__ import annotations

from contextlib import suppress

from net30.domain.events import JobEnded
from net30.domain.job import Job, JobState, ended
from net30.domain.privacy.erased import Traces
from net30.kernel.errors import NotFound
from net30.services.context import Context
from net30.services.jobs.order_job import FINDINGS, SCORED
from net30.services.jobs.order_job import FOLDER as ORDERED

WHY = "a person was erased whom its file may name: send the file again without"


def erase_batch_files(ctx: Context, traces: Traces) -> int:
    """Give up work whose file waits, and reword what was found in others; return how many.

    Nobody can look into every kind of file for a name, and a waiting one may wait for long. Work
    that is under way forgets its file when it ends.
    """
    return sum(map(bool, [*_given_up(ctx), *_reworded(ctx, traces)]))


def _given_up(ctx: Context) -> list[str]:
    found = []
    for blob in list(ctx.blobs.names(ctx.organisation, f"{ORDERED}/")):
        with suppress(NotFound):
            stored = ctx.tx.load(Job, blob.rpartition("/")[2])
            job, state = stored.value, JobState.CANCELLED
            if job.state is JobState.WAITING:
                ctx.tx.save(ended(job, state, ctx.now, error=WHY), expected=stored.version)
                ctx.record(JobEnded(job_id=job.id, kind=job.kind, state=state.value, day=ctx.today))
                found.append(blob)
    return found


def _reworded(ctx: Context, traces: Traces) -> list[str]:
    found = []
    for blob in list(ctx.blobs.names(ctx.organisation, f"{SCORED}/")):
        if not blob.endswith(FINDINGS):
            continue
        before = ctx.blobs.get(ctx.organisation, blob)
        told = traces.erase(before.decode()).encode()
        if told != before:
            ctx.blobs.put(ctx.organisation, blob, told)
            found.append(blob)
    return found
