"""Which backups stay, when the next is due, and that of several workers one makes it."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from net30.adapters.backups import folder
from net30.api.application import create_api
from net30.api.serving import recognised
from net30.app import App, open_app
from net30.domain.identity.roles import Role
from net30.domain.job import BACKUP, Job, JobState, claimed, ended
from net30.kernel.errors import Conflict, InputError
from net30.services.backups.keeping import ERASED, Rule, keep_marks, read_marks, superfluous
from net30.services.backups.make_backup import backup_name, made_at_of
from net30.services.jobs.order_backup import last_backup, order_backup, order_due_backup
from net30.services.jobs.watch_jobs import list_jobs
from net30.services.jobs.workbench import Workbench
from net30.services.privacy.erase_person import erase_person
from net30.worker.chores import backup as chore
from tests.api.front import found_rival, member_key
from tests.desk import Desk, open_desk

SECONDS = 60.0


def names(*days: date) -> list[str]:
    return [backup_name(datetime(day.year, day.month, day.day, 2, tzinfo=UTC)) for day in days]


def test_a_name_says_its_moment() -> None:
    at = datetime(2026, 11, 22, 2, 30, 5, tzinfo=UTC)
    assert made_at_of(backup_name(at)) == at


def test_the_latest_stay_and_one_of_each_week() -> None:
    first = date(2026, 9, 1)
    each = names(*(first + timedelta(days=at) for at in range(82)))  # up to 21 November, a Saturday
    random.Random(1).shuffle(each)
    left = sorted(set(each) - set(superfluous(each, Rule(latest=7, weeks=4))))
    days = [made_at_of(one).date() for one in left]
    latest = [date(2026, 11, day) for day in range(15, 22)]
    sundays = [date(2026, 11, 1), date(2026, 11, 8), date(2026, 11, 15)]
    assert days == sorted({*latest, *sundays})
    assert superfluous(each[:3], Rule(latest=3)) == ()
    assert superfluous([], Rule(latest=1)) == ()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path / "home", backup_url=f"folder:{tmp_path}/kept", backup_hour=2)
    yield desk
    desk.app.close()


def backups(app: App) -> list[Job]:
    with app.look() as ctx:
        return [job for job in list_jobs(ctx) if job.kind == BACKUP]


def done(app: App, job: Job) -> None:
    with app.change() as ctx:
        stored = ctx.tx.load(Job, job.id)
        told = json.dumps({"size": 42})
        over = ended(stored.value, JobState.DONE, ctx.now, result=told)
        ctx.tx.save(over, expected=stored.version)


def test_one_backup_a_day_is_ordered_once_its_hour_has_come(desk: Desk) -> None:
    chore.run(desk.app)
    chore.run(desk.app)
    (job,) = backups(desk.app)
    done(desk.app, job)
    chore.run(desk.app)
    assert len(backups(desk.app)) == 1, "the day has its backup"
    with desk.app.look() as ctx:
        last = last_backup(ctx)
    assert last
    assert last.id == job.id
    desk.clock.day += timedelta(days=1)
    chore.run(desk.app)
    assert len(backups(desk.app)) == 2
    with desk.app.change() as ctx, pytest.raises(Conflict, match="already"):
        order_backup(ctx)


def test_its_hour_is_waited_for_and_a_failed_one_is_tried_an_hour_later(desk: Desk) -> None:
    app = desk.app
    chore.run(app)
    (job,) = backups(app)
    with app.change() as ctx:
        stored = ctx.tx.load(Job, job.id)
        failed = ended(stored.value, JobState.FAILED, ctx.now)
        ctx.tx.save(failed, expected=stored.version)
    for minutes, more in ((30, 0), (61, 1)):
        with app.change() as ctx:
            later = replace(ctx, now=desk.clock() + timedelta(minutes=minutes))
            assert bool(order_due_backup(later, 2)) == bool(more)
    done(app, backups(app)[0])
    with app.change() as ctx:
        night = desk.clock() + timedelta(hours=16)  # one in the night, the hour is two
        assert order_due_backup(replace(ctx, now=night), 2) is None
        assert order_due_backup(replace(ctx, now=night + timedelta(hours=1)), 2)


def test_without_a_place_nothing_is_ordered(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home")
    chore.run(desk.app)
    assert backups(desk.app) == []
    desk.app.close()


def test_of_two_workers_one_makes_the_backup(desk: Desk, tmp_path: Path) -> None:
    second = open_app(desk.app.settings, clock=desk.clock)
    desk.issue()
    desk.app.settle()
    for app in (desk.app, second):
        chore.run(app)
    (job,) = backups(desk.app)
    benches = [Workbench(app.world, app.bench) for app in (desk.app, second)]
    for one in benches:
        one.start()
        one.poke("main")
    try:
        for one in benches:
            assert one.rest(SECONDS)
    finally:
        for one in benches:
            one.stop()
    second.close()
    (job,) = backups(desk.app)
    assert (job.state, job.tries) == (JobState.DONE, 1), job.error
    (kept,) = folder.build(f"folder:{tmp_path}/kept").kept()
    assert json.loads(job.result)["made"]["name"] == kept.name


def test_a_backup_whose_worker_died_is_made_by_another(desk: Desk, tmp_path: Path) -> None:
    with desk.app.change() as ctx:
        job = order_backup(ctx)
    with desk.app.change() as ctx:
        stored = ctx.tx.load(Job, job.id)
        dead = claimed(stored.value, "a dead one", ctx.now - timedelta(minutes=5))
        ctx.tx.save(dead, expected=stored.version)
    bench = Workbench(desk.app.world, desk.app.bench)
    bench.start()
    bench.poke("main")
    try:
        assert bench.rest(SECONDS)
    finally:
        bench.stop()
    (job,) = backups(desk.app)
    assert (job.state, job.tries) == (JobState.DONE, 2)
    assert len(folder.build(f"folder:{tmp_path}/kept").kept()) == 1


def test_the_list_of_erased_people_only_grows_and_names_nobody(desk: Desk, tmp_path: Path) -> None:
    place = folder.build(f"folder:{tmp_path}/kept")
    place.note(ERASED, b'{"form": "net30-erased/1", "marks": {"gone": {"erased/x": "2026"}}}')
    with desk.app.change() as ctx:
        erase_person(ctx, "Acme Corp")
    desk.app.settle()
    keep_marks(place, desk.app.world)
    content = place.noted(ERASED)
    assert read_marks(content) == {
        "gone": {"erased/x": "2026"},
        "main": {f"erased/{desk.acme.id}": desk.clock().isoformat()},
    }
    assert b"Acme" not in content
    place.note(ERASED, b"not json")
    with pytest.raises(InputError, match="cannot be read"):
        keep_marks(place, desk.app.world)
    assert place.noted(ERASED) == b"not json", "it is not written over"


def test_ready_and_metrics_tell_the_age_of_the_last_good_backup(desk: Desk) -> None:
    api = create_api(desk.app, partial(recognised, desk.app))
    with TestClient(api, base_url="http://127.0.0.1", client=("127.0.0.1", 50_000)) as client:
        assert "backup" in client.get("/ready").json()["behind"]
        assert "net30_backup" not in client.get("/metrics").text
        chore.run(desk.app)
        (job,) = backups(desk.app)
        done(desk.app, job)
        desk.clock.day += timedelta(days=1)
        assert "backup" not in client.get("/ready").json()["behind"]
        told = client.get("/metrics").text
        assert "net30_backup_age_seconds 86400.0" in told
        assert "net30_backup_bytes 42.0" in told
        desk.clock.day += timedelta(days=1)
        assert "backup" in client.get("/ready").json()["behind"]
        key = {"Authorization": f"Bearer {member_key(desk.app, Role.OWNER, 'main')}"}
        own = client.get("/metrics", headers=key)
        assert "net30_backup_age_seconds 172800.0" in own.text
        found_rival(desk.app)
        rival = {"Authorization": f"Bearer {member_key(desk.app, Role.OWNER, 'rival')}"}
        other = client.get("/metrics", headers=rival)
        assert other.status_code == 200
        assert "net30_backup" not in other.text
        assert client.get("/api/v1/backups", headers=rival).status_code == 403
        listed = client.get("/api/v1/backups", headers=key)
        assert (listed.status_code, listed.json()) == (200, [])
        ordered = client.post("/api/v1/backups", headers={**key, "Idempotency-Key": "one"})
        assert ordered.status_code == 202, ordered.text
        end = time.monotonic() + SECONDS
        while not client.get("/api/v1/backups", headers=key).json():
            assert time.monotonic() < end
            time.sleep(0.05)
