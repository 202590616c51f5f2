"""Two servers and two workers on one PostgreSQL: as if they were one.

Each has a home of its own, as containers have. What they share is said by settings: the database,
the keys that seal secrets, the folder of documents.
"""

from __future__ import annotations

import base64
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from decimal import Decimal
from email import message_from_bytes

import pytest

from net30.app import App, open_app
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.events import JobEnded
from net30.domain.job import Job
from net30.domain.schedule import Making, Schedule
from net30.services.found import customer_by_name
from net30.services.jobs.works import FileOrder, order_scoring
from net30.services.progress import waiting
from net30.services.save_schedule import save_schedule
from net30.settings import load
from tests.accounts_desk import PASSWORD
from tests.databases import postgres_url
from tests.mail_server import MailServer, running
from tests.net30_server import NET30, Client, Served, Site, found_site, served
from tests.redis_server import redis_url

SECONDS = 60.0
KNOWN_SECONDS = 2.5
"""A bearer is known for two seconds without being asked for again (docs/identity.md)."""
EACH = 15
SCHEDULES = JOBS = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """Two servers of one company, and the site that the first of them serves."""

    site: Site
    other: Site
    one: Served
    two: Served
    mail: MailServer


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("two")
    with ExitStack() as stack:
        url = stack.enter_context(postgres_url())
        mail = stack.enter_context(running(MailServer()))
        site = found_site(folder / "one", url)
        site.settings |= {
            "NET30_SECRET_KEYS": base64.b64encode(b"k" * 32).decode(),
            "NET30_BLOB_URL": f"folder:{folder / 'blobs'}",
            "NET30_CACHE_URL": stack.enter_context(redis_url()),
            "NET30_MAIL_URL": f"smtp://127.0.0.1:{mail.port}",
        }
        other = replace(site, home=folder / "two")
        program = (*NET30, "--no-worker")
        one, two = (stack.enter_context(served(each, program)) for each in (site, other))
        yield Pair(site, other, one, two, mail)


def until(found: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not found():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_what_one_server_issued_the_other_shows_and_repeats(pair: Pair) -> None:
    with closing(Client(pair.one)) as one, closing(Client(pair.two)) as two:
        issued = one.issue("two-servers-1")
        assert issued.status == 201
        number = issued.json()["number"]
        shown = [each.ask("GET", f"/api/v1/invoices/{number}").json() for each in (one, two)]
        assert shown[0] == shown[1]
        assert shown[1]["status"] == "issued"
        again = two.issue("two-servers-1")
        assert again.headers["idempotent-replayed"] == "true"
        assert again.json() == issued.json()
        paper = one.ask("GET", f"/api/v1/invoices/{number}/documents/pdf")
        assert two.ask("GET", f"/api/v1/invoices/{number}/documents/pdf").content == paper.content


def test_numbers_have_no_gap_and_no_duplicate_where_both_issue(pair: Pair) -> None:
    def issue(turn: int) -> int:
        with closing(Client((pair.one, pair.two)[turn % 2])) as client:
            answered = client.issue(f"both-{turn}")
            assert answered.status == 201, answered.content
            return int(answered.json()["number"].rpartition("-")[2])

    with ThreadPoolExecutor(6) as threads:
        numbers = sorted(threads.map(issue, range(2 * EACH)))
    assert numbers == list(range(numbers[0], numbers[0] + 2 * EACH))


def test_a_session_of_one_server_is_a_session_of_the_other_and_ends_on_both(pair: Pair) -> None:
    login = {"email": "owner@main.example", "password": PASSWORD}
    with closing(Client(pair.one)) as one, closing(Client(pair.two)) as two:
        secret = one.ask("POST", "/api/v1/sessions", login).json()["secret"]
        bearer = {"Authorization": f"Bearer {secret}"}
        for client in (two, one):
            assert client.ask("GET", "/api/v1/me", headers=bearer).status == 200
        assert two.ask("DELETE", "/api/v1/sessions/current", headers=bearer).status < 300
        time.sleep(KNOWN_SECONDS)
        for client in (two, one):
            assert client.ask("GET", "/api/v1/me", headers=bearer).status == 401


def test_wrong_passwords_are_counted_over_both(pair: Pair) -> None:
    wrong = {"email": "guessed@main.example", "password": "not this one"}
    with closing(Client(pair.one)) as one, closing(Client(pair.two)) as two:
        told = [
            client.ask("POST", "/api/v1/sessions", wrong).status
            for _ in range(6)
            for client in (one, two)
        ]
    assert told == [401] * 10 + [429] * 2


def test_requests_are_counted_over_both(pair: Pair) -> None:
    def left() -> list[int]:
        """Ask four times, in turn, and return how many requests each answer leaves."""
        with closing(Client(pair.one)) as one, closing(Client(pair.two)) as two:
            answers = [client.ask("GET", "/api/v1/me") for _ in range(2) for client in (one, two)]
        return [int(one.headers["ratelimit-remaining"]) for one in answers]

    def is_one_count(told: list[int]) -> bool:
        return told == list(range(told[0], told[0] - 4, -1))

    assert is_one_count(left()) or is_one_count(left()), "a minute ended in between, once at most"


def test_work_recurring_invoices_and_their_mails_are_done_once_by_two_workers(pair: Pair) -> None:
    with closing(open_app(load(pair.site.environment))) as app:
        before = _given(app)
        _give_work(app)
        command = [sys.executable, "-m", "net30", "work"]
        workers = [
            subprocess.Popen(command, env=site.environment) for site in (pair.site, pair.other)
        ]
        try:
            until(lambda: all(job.is_over for job in _jobs(app)))
            until(lambda: _given(app) == before + SCHEDULES)
            until(lambda: not list(waiting(app.world)))
        finally:
            for worker in workers:
                worker.terminate()
            ended = [worker.wait(SECONDS) for worker in workers]
        assert ended == [0, 0]
        assert [job.tries for job in _jobs(app)] == [1] * JOBS
        assert _given(app) == before + SCHEDULES
        with app.look() as ctx:
            told = Counter(
                one.event.job_id
                for one in ctx.tx.events(after=0, limit=1000)
                if isinstance(one.event, JobEnded)
            )
        assert set(told.values()) == {1}
        assert len(told) == JOBS
        ids = [message_from_bytes(one)["message-id"] for one in pair.mail.messages]
        assert (len(ids), len(set(ids))) == (SCHEDULES, SCHEDULES)


def _give_work(app: App) -> None:
    with app.change() as ctx:
        acme = customer_by_name(ctx, "Acme Corp").value
        invoice = NewInvoice(
            customer_id=acme.id, lines=(NewLine(name="hosting", unit_price=Decimal(7)),)
        )
        for _ in range(SCHEDULES):
            new = Schedule(id="", invoice=invoice, start=ctx.today, making=Making.SEND)
            save_schedule(ctx, new)
        for _ in range(JOBS):
            order_scoring(ctx, b"no file of invoices", FileOrder(currency="XOF"))


def _jobs(app: App) -> list[Job]:
    with app.look() as ctx:
        return [stored.value for stored in ctx.tx.latest(Job, limit=100)]


def _given(app: App) -> int:
    """Count the numbers that were given to documents."""
    with app.look() as ctx:
        return sum(ctx.tx.last_numbers().values())
