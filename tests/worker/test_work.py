"""The worker: chores in their time, and a process that does what follows from a change."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from net30.app import App
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.job import Job, JobState
from net30.domain.schedule import Making, Schedule
from net30.ports.search import Query
from net30.services.find_invoices import find_invoices
from net30.services.jobs.works import FileOrder, order_scoring
from net30.services.progress import late, waiting
from net30.services.relaying import Relaying
from net30.services.save_schedule import save_schedule
from net30.services.steps import around
from net30.worker.child import WorkerProcess
from net30.worker.chores import alerts, recurring
from net30.worker.rounds import Chore, Rounds, chores
from tests.desk import TODAY, Desk, open_desk

SECONDS = 60.0


class Counted:
    """A chore that counts, and may fail."""

    EVERY_SECONDS = 10.0

    def __init__(self, fault: Exception | None = None) -> None:
        self.times = 0
        self.fault = fault

    def run(self, app: App) -> None:
        """Count."""
        assert app.organisation == "main"
        self.times += 1
        if self.fault:
            raise self.fault


def rounds(desk: Desk, each: dict[str, Chore], clock: Callable[[], float]) -> Rounds:
    return Rounds(desk.app, lambda _: None, each, clock)


def job_of(desk: Desk, job_id: str) -> Job:
    with desk.app.look() as ctx:
        return ctx.tx.load(Job, job_id).value


def until(found: Callable[[], object]) -> None:
    """Wait for something that happens in another process."""
    end = time.monotonic() + SECONDS
    while not found():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_chore_is_done_when_its_time_has_come_and_a_fault_stops_no_other(tmp_path: Path) -> None:
    now = [0.0]
    broken, sound = Counted(RuntimeError("broken")), Counted()
    going = rounds(open_desk(tmp_path), {"broken": broken, "sound": sound}, lambda: now[0])
    for moment in (0.0, 5.0, 9.9, 10.0, 12.0, 20.0):
        now[0] = moment
        going.go()
    assert (broken.times, sound.times) == (3, 3)


class Steps:
    """A tracer that keeps the names of its steps."""

    def __init__(self) -> None:
        self.names: list[tuple[str, bool]] = []

    @contextmanager
    def step(self, before: Mapping[str, str] | None) -> Iterator[Steps]:
        """Open a step."""
        assert before is None, "nobody waits for it"
        yield self

    def end(self, name: str, facts: Mapping[str, str | int], *, failed: bool) -> None:
        """Name it."""
        assert facts == {"net30.organisation": "main"}
        self.names.append((name, failed))


def test_what_the_worker_does_are_steps_of_a_trace(tmp_path: Path) -> None:
    desk, steps = open_desk(tmp_path), Steps()
    app = replace(desk.app, tracer=steps)
    broken, sound = Counted(RuntimeError("broken")), Counted()
    Rounds(app, lambda _: None, {"broken": broken, "sound": sound}).go()
    assert steps.names == [("chore broken", True), ("chore sound", False)]
    relaying = Relaying(app.world, lambda _: None, around=around(steps))
    relaying.start()
    assert relaying.rest(SECONDS)
    relaying.stop()
    assert steps.names[2:] == [("relay", False)]


def test_the_chores_are_known_and_do_nothing_where_nothing_is_due(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    assert set(chores()) >= {"alerts", "recurring"}
    going = rounds(desk, {"alerts": alerts, "recurring": recurring}, time.monotonic)
    going.start()
    going.stop()
    with desk.app.look() as ctx:
        assert ctx.tx.last_numbers() == {}


def test_a_recurring_invoice_is_made_once_by_the_worker(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    line = NewLine(name="hosting", unit_price=100)  # type: ignore[arg-type] # a whole number will do
    new = NewInvoice(customer_id=desk.acme.id, lines=(line,))
    with desk.app.change() as ctx:
        save_schedule(ctx, Schedule(id="", invoice=new, start=TODAY, making=Making.ISSUE))
    recurring.run(desk.app)
    recurring.run(desk.app)
    with desk.app.look() as ctx:
        assert ctx.tx.last_numbers() == {("invoice", 2026): 1}


def test_what_waits_is_named_with_its_age(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    desk.issue()
    desk.app.settle()
    assert not list(waiting(desk.app.world))
    desk.issue()
    found = {one.projection: one for one in waiting(desk.app.world)}
    assert {"documents", "search", "audit"} <= set(found)
    assert found["search"].events == 2
    assert late(desk.app.world) == ()
    desk.clock.day = date(2026, 11, 22)
    assert "search" in late(desk.app.world)


def test_another_process_does_what_follows_and_is_started_again_when_it_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    desk = open_desk(tmp_path)
    worker = WorkerProcess(desk.app.world)
    worker.start()
    try:
        number = desk.issue().number
        worker.poke("main")
        assert worker.rest(SECONDS)
        assert worker.stuck() == ()
        with desk.app.change() as ctx:
            ordered = order_scoring(ctx, b"no file of invoices", FileOrder(currency="XOF")).id
        worker.poke("main")
        until(lambda: job_of(desk, ordered).is_over)
        assert job_of(desk, ordered).state is JobState.FAILED
        assert str(worker.pid) in job_of(desk, ordered).claimed_by
        with desk.app.look() as ctx:
            found = find_invoices(ctx, Query(as_of=TODAY, text=number))
        assert [hit.entry.number for hit in found.hits] == [number]
        first = worker.pid
        assert first
        os.kill(first, signal.SIGKILL)
        until(lambda: worker.pid not in {first, None})
        desk.issue()
        worker.poke("main")
        assert worker.rest(SECONDS)
    finally:
        worker.stop()
    assert worker.pid is None


def test_a_worker_beside_a_server_ends_with_it(tmp_path: Path) -> None:
    environment = {**os.environ, "NET30_HOME": str(tmp_path)}
    words = [sys.executable, "-m", "net30", "work", "--beside-a-server"]
    process = subprocess.Popen(words, env=environment, stdin=subprocess.PIPE)
    assert process.stdin
    process.stdin.close()
    assert process.wait(SECONDS) == 0


def test_a_worker_by_itself_finds_changes_and_ends_when_told(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    environment = {**os.environ, "NET30_HOME": str(tmp_path)}
    process = subprocess.Popen([sys.executable, "-m", "net30", "work"], env=environment)
    try:
        desk.issue()
        until(lambda: not list(waiting(desk.app.world)))
        desk.issue()
        until(lambda: not list(waiting(desk.app.world)))
    finally:
        process.terminate()
    assert process.wait(SECONDS) == 0
