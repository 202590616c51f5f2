"""Streams: server-sent events of jobs and predictions, at a real server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn

from net30.api.following import STREAMS_OF_USER_MAX, Following
from net30.api.leaving import leave, stay
from net30.api.serving import bound, configuration
from net30.domain.identity.roles import Role
from net30.services.identity.noted import at_this_machine
from net30.services.identity.revoke_key import list_keys, revoke_key
from net30.services.jobs.run_job import Progress, run_job
from net30.services.jobs.watch_jobs import list_jobs
from tests.api.front import US, member_key
from tests.desk import Desk, open_desk

ROLES = (Role.OWNER, Role.ADMIN, Role.ACCOUNTANT, Role.COLLECTOR, Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event."""

    id: str
    name: str
    told: Any


@dataclass(frozen=True, slots=True)
class Open:
    """A desk whose API is served, and members' keys."""

    desk: Desk
    address: str
    keys: dict[Role, str]
    following: Following

    @contextmanager
    def stream(
        self, path: str, role: Role = Role.OWNER, *, last: str = ""
    ) -> Iterator[httpx2.Response]:
        """Open a stream."""
        headers = {"Authorization": f"Bearer {self.keys[role]}", "Accept-Encoding": "gzip"}
        headers |= {"Last-Event-ID": last} if last else {}
        url = f"{self.address}/api/v1{path}"
        with httpx2.stream("GET", url, headers=headers, timeout=30) as response:
            yield response

    def events(self, path: str, *, last: str = "") -> list[Event]:
        """Every event of a stream that ends."""
        with self.stream(path, last=last) as response:
            return list(events_of(response))


def events_of(response: httpx2.Response) -> Iterator[Event]:
    """The events as they come; comments and the pause to retry are passed over."""
    assert response.headers["content-type"].startswith("text/event-stream"), response.read()
    said: dict[str, str] = {}
    for line in response.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            said[name] = value
        elif "data" in said:
            yield Event(said.get("id", ""), said["event"], json.loads(said["data"]))
            said = {}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    desk = open_desk(tmp_path_factory.mktemp("streams") / "home", api_rate_per_minute=100_000)
    keys = {role: member_key(desk.app, role, US) for role in (*ROLES, Role.API)}
    with served(desk) as (address, following):
        yield Open(desk, address, keys, following)
    desk.app.close()


@contextmanager
def served(desk: Desk) -> Iterator[tuple[str, Following]]:
    configured = configuration(desk.app)
    following = Following(admitted_seconds=0.3)
    api: Any = configured.app
    api.state.following = following
    with bound("127.0.0.1", 0) as listening:
        server = uvicorn.Server(configured)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", following
        server.should_exit = True
        thread.join()


@contextmanager
def a_job(desk: Desk) -> Iterator[tuple[str, threading.Event]]:
    """Lend the id of a job that runs until its event is set."""
    go_on = threading.Event()

    def work(tell: Progress) -> int:
        step = 0
        while not go_on.wait(0.1):
            step += 1
            tell("counting", step, 1000)
        return step

    def run() -> None:
        run_job(desk.app.change, work, kind="count", title="Counting", told=lambda count: count)

    with desk.app.look() as ctx:
        before = {job.id for job in list_jobs(ctx)}
    thread = threading.Thread(target=run)
    thread.start()
    try:
        found: set[str] = set()
        while not found:
            time.sleep(0.02)
            with desk.app.look() as ctx:
                found = {job.id for job in list_jobs(ctx)} - before
        yield found.pop(), go_on
    finally:
        go_on.set()
        thread.join()


def test_a_job_is_followed_to_its_end(door: Open) -> None:
    with a_job(door.desk) as (job, go_on), door.stream(f"/jobs/{job}/events") as response:
        assert response.headers["cache-control"] == "no-store"
        assert "content-encoding" not in response.headers
        coming = events_of(response)
        first = next(coming)
        assert (first.name, first.told["job"]["state"]) == ("job", "running")
        further = next(coming)
        assert further.told["job"]["done"] >= 1
        assert further.id != first.id
        go_on.set()
        rest = list(coming)
    assert rest[-1].told["job"]["state"] == "done"
    assert rest[-1].told["percent"] == 100
    again = door.events(f"/jobs/{job}/events")
    assert [one.told["job"]["state"] for one in again] == ["done"]
    with door.stream(f"/jobs/{job}/events", last=again[0].id) as response:
        assert response.status_code == 204, "who has the end need not come again"


def test_predictions_are_told_again_when_the_books_change(door: Open) -> None:
    door.desk.issue()
    with door.stream("/predictions/events?limit=5&seconds=20") as response:
        coming = events_of(response)
        first = next(coming)
        assert first.told["total"] >= 1
        assert len(first.told["items"]) <= 5
        door.desk.issue()
        second = next(coming)
    assert second.told["total"] == first.told["total"] + 1
    assert door.events("/predictions/events?seconds=0", last=second.id) == []
    (now,) = door.events("/predictions/events?seconds=0")
    assert now.id == second.id


def test_streams_hold_no_thread_that_requests_need(door: Open) -> None:
    with a_job(door.desk) as (job, _), ExitStack() as stack:
        for role in ROLES:
            for _ in range(STREAMS_OF_USER_MAX):
                opened = stack.enter_context(door.stream(f"/jobs/{job}/events", role))
                assert opened.status_code == 200
        began = time.monotonic()
        headers = {"Authorization": f"Bearer {door.keys[Role.API]}"}
        me = httpx2.get(f"{door.address}/api/v1/me", headers=headers)
        assert me.status_code == 200
        assert time.monotonic() - began < 5
        with door.stream(f"/jobs/{job}/events") as one_more:
            one_more.read()
            assert (one_more.status_code, one_more.json()["code"]) == (429, "rate_limit")
    until = time.monotonic() + 10
    while door.following.of_users and time.monotonic() < until:
        time.sleep(0.05)
    assert not door.following.of_users, "a stream that was left is counted no more"
    assert not door.following.shared


def test_a_key_that_is_taken_back_hears_no_more(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home")
    keys = {Role.OWNER: member_key(desk.app, Role.OWNER, US)}
    with served(desk) as (address, following), a_job(desk) as (job, _):
        door = Open(desk, address, keys, following)
        with door.stream(f"/jobs/{job}/events") as response:
            coming = events_of(response)
            next(coming)
            by = at_this_machine(US)
            (key,) = list_keys(desk.app.world.accounts, by)
            revoke_key(desk.app.world.accounts, key.prefix, by, desk.app.clock())
            last = list(coming)[-1]
    assert (last.name, last.told["code"], last.told["status"]) == (
        "problem",
        "unauthenticated",
        401,
    )
    desk.app.close()


def test_a_server_that_is_told_to_stop_lets_streams_go(door: Open) -> None:
    with a_job(door.desk) as (job, _), door.stream(f"/jobs/{job}/events") as response:
        coming = events_of(response)
        next(coming)
        leave()
        began = time.monotonic()
        for _ in coming:
            pass
        assert time.monotonic() - began < 5
    stay()


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        ("/jobs/nobody/events", Role.OWNER, 404),
        ("/predictions/events?seconds=3601", Role.OWNER, 422),
        ("/predictions/events?second=1", Role.OWNER, 422),
    ],
)
def test_what_cannot_be_followed_is_told_before_a_stream_begins(
    door: Open, path: str, role: Role, status: int
) -> None:
    with door.stream(path, role) as response:
        told = json.loads(response.read())
        assert (response.status_code, told["status"]) == (status, status)
