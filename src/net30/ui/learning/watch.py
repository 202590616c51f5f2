"""Watch: how far long work is, a button to stop it, and what is told when it ends."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.job import Job, JobState
from net30.services.jobs.watch_jobs import cancel_job, list_jobs
from net30.ui import shell
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.shown import plain
from net30.ui.visit import Visit

LOOK_SECONDS = 1
JOBS_LOOKED_AT = 50


@st.fragment(run_every=LOOK_SECONDS)
def watch(kind: str, over: str) -> None:
    """Show how far work of a kind is; say `over` and draw all anew when it has ended."""
    visit = shell.here()
    if not visit.may(Permission.JOBS_READ):
        return
    with visit.look(Permission.JOBS_READ) as ctx:
        jobs = [job for job in list_jobs(ctx, JOBS_LOOKED_AT) if job.kind == kind]
        now = ctx.now
    running = [job for job in jobs if not job.is_over]
    for job in running:
        left = job.left(now)
        _progress(visit, job, round(left.total_seconds()) if left else 0)
    if not running and jobs and jobs[0].error:
        st.warning(plain(jobs[0].error), icon=":material/error:")
    seen = f"running_{kind}"
    before = st.session_state.get(seen, False)
    st.session_state[seen] = bool(running)
    if before and not running:
        keep_notice(over)
        st.rerun()


def _progress(visit: Visit, job: Job, seconds_left: int) -> None:
    t = visit.t
    step = t("waits for its turn") if job.state is JobState.WAITING else plain(job.step)
    said = f"{plain(job.title)}: {step}"
    if job.total:
        done, total = visit.number_of(job.done), visit.number_of(job.total)
        said += t(", {n} of {total}", n=done, total=total)
    if seconds_left:
        said += t(", {n} s left", n=seconds_left)
    st.progress((job.percent or 0) / 100, said)
    if visit.may(Permission.JOBS_WRITE) and st.button(t("Cancel"), key=f"cancel_{job.id}"):
        with telling(t), visit.change(Permission.JOBS_WRITE) as ctx:
            cancel_job(ctx, job.id)
