"""GraphQL streams: jobs and alerts are heard of as they change, by who may, and hold no thread."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from net30.api.graphql.watching import Pace
from net30.app import App
from net30.domain.alert import Alert, AlertSeverity
from net30.domain.identity.roles import Role
from net30.domain.job import Job, JobState
from net30.ports.store import NEW
from tests.api.front import Front, open_front
from tests.api.graph import ask

JOBS = "subscription { jobs { percent job { id state step } } }"
ALERTS = "subscription { alerts { id rule note closedOn } }"
WAIT_SECONDS = 30


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[Front]:
    with open_front(tmp_path / "home", api_rate_per_minute=100_000) as front:
        front.key()
        front.api.state.graphql.watching.pace = Pace(look=0.05, beat=0.05, admitted=0.2, longest=60)
        ask(front, "{ me { name } }")
        yield front


@dataclass
class Listener:
    """One client of a stream: it hears events until it has enough, then goes."""

    front: Front
    query: str
    enough: int
    key: str
    news: list[Any] = field(default_factory=list)
    raw: bytes = b""
    status: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    first: asyncio.Event = field(default_factory=asyncio.Event)
    something: asyncio.Event = field(default_factory=asyncio.Event)
    asked: bool = False

    async def run(self) -> list[Any]:
        headers = {
            "authorization": f"Bearer {self.key}",
            "content-type": "application/json",
            "accept": "text/event-stream",
        }
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/api/graphql",
            "raw_path": b"/api/graphql",
            "root_path": "",
            "scheme": "http",
            "http_version": "1.1",
            "query_string": b"",
            "server": ("testserver", 80),
            "client": ("listener", 1),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        await asyncio.wait_for(self.front.api(scope, self._receive, self._send), WAIT_SECONDS)
        return self.news

    async def hears(self, count: int) -> None:
        """Wait until so many events have come, or the stream has ended."""
        while len(self.news) < count and not self.gone.is_set():
            self.something.clear()
            await self.something.wait()

    async def _receive(self) -> dict[str, Any]:
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": json.dumps({"query": self.query}).encode()}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        self.raw += message.get("body", b"")
        *whole, self.raw = self.raw.split(b"\n\n")
        for event in whole:
            if event.startswith(b"event: next\ndata: "):
                self.news.append(json.loads(event.partition(b"data: ")[2]))
            if event.startswith(b"event: complete"):
                self.gone.set()
        self.first.set()
        self.something.set()
        if len(self.news) >= self.enough:
            self.gone.set()


def listener(front: Front, query: str, enough: int, role: Role = Role.OWNER) -> Listener:
    return Listener(front, query, enough, front.key(role))


def a_job(app: App, job_id: str = "job-1") -> Job:
    now = app.clock()
    job = Job(id=job_id, kind="train", title="t", user="u", began=now, began_step=now, heard=now)
    with app.change() as ctx:
        ctx.tx.save(job, expected=NEW)
    return job


def later(app: App, job: Job, version: int, **changed: Any) -> Job:
    job = replace(job, **changed)
    with app.change() as ctx:
        ctx.tx.save(job, expected=version)
    return job


async def in_step(listening: Listener, *steps: Callable[[], object]) -> list[Any]:
    """Let things happen one after the other, each once the one before was heard."""
    task = asyncio.create_task(listening.run())
    await listening.first.wait()
    for at, step in enumerate(steps, 1):
        await asyncio.to_thread(step)
        await listening.hears(at)
    return await task


def test_a_job_is_heard_of_as_it_begins_goes_on_and_ends(heard: Front) -> None:
    app = heard.desk.app
    jobs: list[Job] = []

    def ended() -> None:
        later(app, jobs[0], 2, done=10, total=10, state=JobState.DONE, ended=app.clock())

    news = asyncio.run(
        in_step(
            listener(heard, JOBS, 3),
            lambda: jobs.append(a_job(app)),
            lambda: later(app, jobs[0], 1, done=5, total=10, step="fitting"),
            ended,
        )
    )
    told = [one["data"]["jobs"] for one in news]
    assert [one["percent"] for one in told] == [None, 50, 100]
    assert [one["job"]["state"] for one in told] == ["RUNNING", "RUNNING", "DONE"]
    assert heard.api.state.graphql.watching.watches == {}, "who is gone is forgotten"


def test_who_comes_later_first_hears_what_is_there(heard: Front) -> None:
    alert = Alert(
        id="al-1",
        rule="dso",
        severity=AlertSeverity.WARNING,
        value=Decimal(60),
        limit=Decimal(45),
        raised_on=date(2026, 11, 21),
    )
    app = heard.desk.app
    with app.change() as ctx:
        ctx.tx.save(alert, expected=NEW)

    def closed() -> None:
        with app.change() as ctx:
            ctx.tx.save(replace(alert, closed_on=date(2026, 11, 22)), expected=1)

    async def two() -> tuple[list[Any], list[Any]]:
        early = listener(heard, ALERTS, 2)
        late = listener(heard, ALERTS, 2)
        first = asyncio.create_task(early.run())
        await early.hears(1)
        second = asyncio.create_task(late.run())
        await late.hears(1)
        await asyncio.to_thread(closed)
        return await first, await second

    early, late = asyncio.run(two())
    assert early == late
    assert [one["data"]["alerts"]["closedOn"] for one in early] == [None, "2026-11-22"]


def test_fifty_who_wait_hold_no_thread(heard: Front) -> None:
    app = heard.desk.app

    async def all_of_them() -> list[Any]:
        listening = [listener(heard, JOBS, 1) for _ in range(50)]
        tasks = [asyncio.create_task(one.run()) for one in listening]
        for one in listening:
            await one.first.wait()
        crowd = listener(heard, JOBS, 1)
        refused = await crowd.run()
        assert refused[0]["errors"][0]["extensions"]["code"] == "graphql_watchers"
        await asyncio.to_thread(a_job, app)
        return list(await asyncio.gather(*tasks))

    heard_by = asyncio.run(all_of_them())
    assert len(heard_by) == 50
    assert {one[0]["data"]["jobs"]["job"]["id"] for one in heard_by} == {"job-1"}


def test_a_key_that_is_taken_back_hears_no_more(heard: Front) -> None:
    key = heard.post("/keys", {"name": "ears", "may": ["jobs.read"]}).json()
    listening = Listener(heard, JOBS, 9, key["secret"])

    def revoked() -> None:
        assert heard.send("DELETE", f"/keys/{key['key']['id']}").status_code < 300

    (told,) = asyncio.run(in_step(listening, revoked))
    assert told["errors"][0]["extensions"]["code"] == "unauthenticated"
    assert listening.gone.is_set()


def test_who_may_not_see_jobs_is_told_so_and_a_stranger_hears_nothing(heard: Front) -> None:
    key = heard.post("/keys", {"name": "deaf", "may": ["customers.read"]}).json()["secret"]
    (told,) = asyncio.run(Listener(heard, JOBS, 9, key).run())
    assert told["errors"][0]["extensions"]["code"] == "permission"
    stranger = Listener(heard, JOBS, 9, "n30k_nobody")
    assert asyncio.run(stranger.run()) == []
    assert stranger.status == 401


def test_a_subscription_without_a_stream_says_how_to_ask(heard: Front) -> None:
    answer = ask(heard, JOBS)
    assert answer.status_code == 400
    told = answer.json()["errors"][0]["extensions"]
    assert told["code"] == "graphql_stream"
    assert "text/event-stream" in told["hint"]


def test_a_stream_of_something_that_is_none_is_refused_before_it_begins(heard: Front) -> None:
    deaf = listener(heard, "subscription { weather { wind } }", 9)
    (told,) = asyncio.run(deaf.run())
    assert told["errors"][0]["extensions"]["code"] == "graphql_document"
