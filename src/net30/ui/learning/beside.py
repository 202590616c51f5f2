"""Beside: long work that goes on beside the screens, under a record that shows how far it is."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

from net30.domain.identity.roles import Permission
from net30.domain.job import Job, JobState
from net30.kernel.errors import Conflict, Net30Error
from net30.services.jobs.run_job import Progress, Running, begin_job
from net30.services.jobs.watch_jobs import running_jobs
from net30.ui.visit import Visit

T = TypeVar("T")

log = logging.getLogger("net30.ui")


def begin(
    visit: Visit, kind: str, title: str, work: Callable[[str, Progress], T],
    told: Callable[[T], object],
) -> str:  # fmt: skip
    """Begin work of a kind and return its job's id; raise Conflict while such work goes on.

    `work` is given the job's id and whom to tell.
    """
    with visit.look(Permission.JOBS_WRITE) as ctx:
        if any(job.kind == kind for job in running_jobs(ctx)):
            raise Conflict(
                "such work goes on already", hint="wait until it is done, or stop it", code="busy"
            )
    job = begin_job(lambda: visit.app.change(visit.principal.user), kind, title)
    Thread(target=_carried_out, args=(job, work, told), name=f"net30-{kind}", daemon=True).start()
    return job.id


def _carried_out(
    job: Running, work: Callable[[str, Progress], T], told: Callable[[T], object]
) -> None:
    try:
        job.carry_out(lambda tell: work(job.id, tell), told)
    except Net30Error:
        return  # the job's record says why
    except Exception:
        # The end of a thread is where a fault of ours ends; the job says that it failed.
        log.exception("long work failed")


def is_running(job: Job) -> bool:
    """Tell whether a job goes on."""
    return job.state is JobState.RUNNING
