"""Ordered work: done once, by whoever has the time, and again when that one has died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from net30.domain.job import LEASE, TRIES_MAX, Job, JobState
from net30.kernel.errors import LimitExceeded, NotFound
from net30.services.jobs.claim_job import GIVEN_UP, claim_job
from net30.services.jobs.order_job import WAITING_MAX, order_job, ordered_content
from net30.services.jobs.run_job import JobTakenOver, Progress, Running
from net30.services.jobs.watch_jobs import cancel_job
from net30.services.jobs.workbench import Workbench
from net30.services.jobs.works import Bench, Work
from tests.desk import Desk, open_desk

SECONDS = 20.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path / "home")
    yield desk
    desk.app.close()


def order(desk: Desk, title: str = "sums", content: bytes | None = None) -> str:
    with desk.app.change("awa") as ctx:
        return order_job(ctx, "sums", title, {"of": [1, 2]}, content).id


def job(desk: Desk, job_id: str) -> Job:
    with desk.app.look() as ctx:
        return ctx.tx.load(Job, job_id).value


def claim(desk: Desk, by: str) -> Job | None:
    with desk.app.change() as ctx:
        return claim_job(ctx, by)


def later(desk: Desk, job_id: str, by: timedelta) -> None:
    """Let time go by in which nobody said a word about a job."""
    with desk.app.change() as ctx:
        stored = ctx.tx.load(Job, job_id)
        heard = stored.value.heard - by
        ctx.tx.save(replace(stored.value, heard=heard), expected=stored.version)


def workbench(desk: Desk, work: Work, beat_seconds: float = 10.0) -> Workbench:
    return Workbench(desk.app.world, desk.app.bench, {"sums": work}, beat_seconds)


def until(found: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not found():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_many_workbenches_do_each_piece_of_work_once_and_as_who_ordered_it(desk: Desk) -> None:
    done: list[str] = []

    def work(bench: Bench, job: Job, tell: Progress) -> object:
        with bench.look(job.user) as ctx:
            assert ordered_content(ctx, job) == b"file"
        done.append(f"{job.title} for {job.user}")
        tell("adding", 1, 1)
        return {"sum": 3}

    ids = [order(desk, f"sum {at}", b"file") for at in range(12)]
    assert {job(desk, one).state for one in ids} == {JobState.WAITING}
    benches = [workbench(desk, work) for _ in range(3)]
    for one in benches:
        one.start()
    until(lambda: all(job(desk, one).is_over for one in ids))
    for one in benches:
        assert one.rest(SECONDS)
        one.stop()
    assert sorted(done) == sorted(f"sum {at} for awa" for at in range(12))
    ended = job(desk, ids[0])
    assert (ended.state, ended.result, ended.tries) == (JobState.DONE, '{"sum": 3}', 1)
    with desk.app.look() as ctx, pytest.raises(NotFound):
        ordered_content(ctx, ended)


def test_work_that_somebody_does_is_taken_up_by_nobody_else(desk: Desk) -> None:
    job_id = order(desk)
    assert claim(desk, "quick")
    assert claim(desk, "slow") is None
    assert job(desk, job_id).claimed_by == "quick"


def test_who_was_taken_for_dead_writes_nothing_any_more(desk: Desk) -> None:
    job_id = order(desk)
    assert claim(desk, "first")
    first = Running(desk.app.change, job_id, "first")
    first.tell("adding", 1, 3)
    assert claim(desk, "second") is None, "it lives"
    later(desk, job_id, LEASE + timedelta(seconds=1))
    taken = claim(desk, "second")
    assert taken is not None
    assert (taken.tries, taken.done, taken.claimed_by) == (2, 0, "second")
    for act in (first.beat, first.hand_back, lambda: first.end(JobState.DONE)):
        with pytest.raises(JobTakenOver):
            act()
    with pytest.raises(JobTakenOver):
        first.carry_out(lambda _tell: 1, lambda result: result)
    assert job(desk, job_id).state is JobState.RUNNING


def test_work_whose_process_dies_each_time_is_given_up(desk: Desk) -> None:
    job_id = order(desk)
    for _ in range(TRIES_MAX):
        assert claim(desk, "somebody")
        later(desk, job_id, LEASE + timedelta(seconds=1))
    assert claim(desk, "somebody") is None
    assert (job(desk, job_id).state, job(desk, job_id).error) == (JobState.FAILED, GIVEN_UP)


def test_work_that_waits_or_was_left_is_stopped_by_who_asks(desk: Desk) -> None:
    waiting, left = order(desk), order(desk)
    with desk.app.change() as ctx:
        assert cancel_job(ctx, waiting).state is JobState.CANCELLED
    assert claim(desk, "somebody")
    with desk.app.change() as ctx:
        assert cancel_job(ctx, left).state is JobState.RUNNING
    later(desk, left, LEASE + timedelta(seconds=1))
    assert claim(desk, "another") is None
    assert job(desk, left).state is JobState.CANCELLED


def test_too_much_work_is_refused(desk: Desk) -> None:
    for _ in range(WAITING_MAX):
        order(desk)
    with pytest.raises(LimitExceeded) as refused:
        order(desk)
    assert refused.value.code == "jobs_waiting"


def test_a_workbench_that_ends_leaves_its_work_to_the_next_one(desk: Desk) -> None:
    going, job_id = Event(), order(desk)

    def endless(_bench: Bench, _job: Job, tell: Progress) -> object:
        while True:
            going.set()
            tell("adding", 1, 2)
            time.sleep(0.01)

    first = workbench(desk, endless, beat_seconds=0.02)
    first.start()
    assert going.wait(SECONDS)
    first.stop()
    assert (job(desk, job_id).state, job(desk, job_id).tries) == (JobState.WAITING, 0)
    second = workbench(desk, lambda *_: 1)
    second.start()
    until(lambda: job(desk, job_id).state is JobState.DONE)
    second.stop()


def test_a_fault_of_ours_fails_the_job_and_stops_no_other(desk: Desk) -> None:
    broken, sound = order(desk, "broken"), order(desk)

    def work(_bench: Bench, job: Job, _tell: Progress) -> object:
        return 1 // (job.title != "broken")

    bench = workbench(desk, work)
    bench.start()
    until(lambda: job(desk, sound).is_over and job(desk, broken).is_over)
    bench.stop()
    assert (job(desk, broken).state, job(desk, broken).error) == (
        JobState.FAILED,
        "ZeroDivisionError",
    )
    assert job(desk, sound).state is JobState.DONE


KILLED = """
import sys, time
from datetime import datetime
from pathlib import Path
from net30.app import open_app
from net30.services.jobs.workbench import Workbench
from net30.settings import Settings

def work(bench, job, tell):
    Path(sys.argv[2]).write_text(job.id)
    time.sleep(600)

clock = datetime.fromisoformat(sys.argv[3])
app = open_app(Settings(home=Path(sys.argv[1])), clock=lambda: clock)
Workbench(app.world, app.bench, {"sums": work}).start()
time.sleep(600)
"""


def test_work_goes_on_after_its_process_was_killed(desk: Desk, tmp_path: Path) -> None:
    job_id, begun = order(desk), tmp_path / "begun"
    now = desk.app.clock().isoformat()
    words = [sys.executable, "-c", KILLED, str(tmp_path / "home"), str(begun), now]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(words, env=environment) as process:
        try:
            until(begun.exists)
        finally:
            process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert job(desk, job_id).state is JobState.RUNNING
    later(desk, job_id, 2 * LEASE)
    bench = workbench(desk, lambda *_: "whole")
    bench.start()
    until(lambda: job(desk, job_id).is_over)
    bench.stop()
    ended = job(desk, job_id)
    assert (ended.state, ended.result, ended.tries) == (JobState.DONE, '"whole"', 2)
