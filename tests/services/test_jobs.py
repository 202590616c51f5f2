"""Long work under a record: watched, stopped, and told how it ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from net30.app import open_app
from net30.domain.events import JobEnded
from net30.domain.job import LOST_AFTER, Job, JobState, cancelling, ended, moved
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.services.jobs.run_job import JobCancelled, Progress, run_job
from net30.services.jobs.watch_jobs import LOST, cancel_job, list_jobs, running_jobs
from tests.desk import Desk, open_desk

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
JOB = Job(id="j", kind="k", title="t", user="awa", began=NOW, began_step=NOW, heard=NOW)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.app.close()


def run(desk: Desk, work: object) -> object:
    return run_job(
        desk.app.change,
        work,  # type: ignore[arg-type] # what a test does for work
        kind="sums",
        title="adding up",
        told=lambda result: {"sum": result},
    )


def only(desk: Desk) -> Job:
    with desk.app.look() as ctx:
        (job,) = list_jobs(ctx)
    return job


def test_work_that_ends_well_leaves_its_result(desk: Desk) -> None:
    assert run(desk, lambda _tell: 7) == 7
    job = only(desk)
    assert (job.state, job.percent, json.loads(job.result)) == (JobState.DONE, 100, {"sum": 7})
    assert (job.kind, job.title, job.user, job.error) == ("sums", "adding up", "cli", "")
    with desk.app.look() as ctx:
        events = [one.event for one in ctx.tx.events()]
        assert JobEnded(job_id=job.id, kind="sums", state="done", day=ctx.today) in events
        assert running_jobs(ctx) == ()


def test_work_is_seen_while_it_runs(desk: Desk) -> None:
    seen: list[Job] = []

    def work(tell: Progress) -> int:
        tell("reading", 30, 120)
        with desk.app.look() as ctx:
            seen.extend(running_jobs(ctx))
        return 0

    run(desk, work)
    (job,) = seen
    assert (job.state, job.step, job.percent) == (JobState.RUNNING, "reading", 25)


def test_work_that_is_told_too_often_is_written_now_and_then(desk: Desk) -> None:
    def work(tell: Progress) -> int:
        for done in range(500):
            tell("reading", done, 500)
        return 0

    run(desk, work)
    assert only(desk).done == 0  # the first telling; the others came within a second


def test_work_stops_when_another_asks_for_it(desk: Desk) -> None:
    other = open_app(desk.app.settings, clock=desk.clock)

    def work(tell: Progress) -> int:
        with other.change("binta") as ctx:
            (job,) = running_jobs(ctx)
            cancel_job(ctx, job.id)
        tell("reading", 1, 10)
        raise AssertionError("it went on")

    with pytest.raises(JobCancelled, match="adding up was stopped"):
        run(desk, work)
    other.close()
    assert only(desk).state is JobState.CANCELLED
    with desk.app.change() as ctx:
        with pytest.raises(Conflict, match="is cancelled"):
            cancel_job(ctx, only(desk).id)
        with pytest.raises(NotFound, match="no job 'x'"):
            cancel_job(ctx, "x")


def test_why_work_failed_is_kept(desk: Desk) -> None:
    def refuse(_tell: Progress) -> int:
        raise InputError("there is nothing to add", hint="give numbers", code="nothing")

    with pytest.raises(InputError):
        run(desk, refuse)
    assert (only(desk).state, only(desk).error) == (JobState.FAILED, "there is nothing to add")


def test_a_fault_of_ours_is_named_without_its_details(desk: Desk) -> None:
    def fail(_tell: Progress) -> int:
        raise KeyError("secret")

    with pytest.raises(KeyError):
        run(desk, fail)
    assert (only(desk).state, only(desk).error) == (JobState.FAILED, "KeyError")


def test_ctrl_c_stops_the_record_too(desk: Desk) -> None:
    def interrupted(_tell: Progress) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(desk, interrupted)
    assert only(desk).state is JobState.CANCELLED


def test_work_whose_process_died_is_no_longer_running(desk: Desk) -> None:
    with desk.app.change() as ctx:
        ctx.tx.save(replace(JOB, heard=ctx.now, began=ctx.now), expected=0)
    with desk.app.look() as ctx:
        assert len(running_jobs(ctx)) == 1
    desk.clock.day += timedelta(days=1)
    with desk.app.look() as ctx:
        assert running_jobs(ctx) == ()
        (job,) = list_jobs(ctx)
    assert (job.state, job.error) == (JobState.FAILED, LOST)
    with desk.app.change() as ctx:
        assert cancel_job(ctx, "j").state is JobState.CANCELLED


def test_the_latest_jobs_come_first(desk: Desk) -> None:
    for _ in range(3):
        run(desk, lambda _tell: 0)
    with desk.app.look() as ctx:
        every, two = list_jobs(ctx), list_jobs(ctx, 2)
    assert [one.id for one in every] == sorted((one.id for one in every), reverse=True)
    assert two == every[:2]


def test_the_time_that_is_left_is_told_from_the_pace_of_the_step() -> None:
    reading = moved(JOB, "reading", 0, 100, NOW)
    later = moved(reading, "reading", 25, 100, NOW + timedelta(seconds=10))
    assert reading.left(NOW) is None
    assert later.left(NOW + timedelta(seconds=10)) == timedelta(seconds=30)
    writing = moved(later, "writing", 1, 0, NOW + timedelta(seconds=20))
    assert (writing.left(NOW), writing.percent) == (None, None)
    assert moved(later, "reading", 120, 100, NOW).percent == 100
    assert ended(later, JobState.DONE, NOW).left(NOW) is None
    assert later.is_lost(NOW + timedelta(seconds=11) + LOST_AFTER)
    assert not later.is_lost(NOW + LOST_AFTER)
    assert cancelling(later).cancel_asked
