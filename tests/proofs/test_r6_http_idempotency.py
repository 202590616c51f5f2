"""R6 over HTTP: fifty requests with one idempotency key at once: one invoice, one answer.

On PostgreSQL two servers share the database, and half of the requests go to each. Who is told to
wait (409) sends again, as clients do.
"""

from __future__ import annotations

import http.client
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from net30.adapters.sql import build
from net30.domain.invoice import Invoice
from tests.databases import DIALECTS, fresh
from tests.net30_server import DRAFT, NET30, Answered, Client, Served, Site, found_site, served
from tests.proofs.proof import Outcome

ID = "R6"
TITLE = "idempotency keys over HTTP with two effects, two answers, or another request's answer"
SMALL = 3  # keys on each database
FULL = 200

PARALLEL = 50
TRIES_MAX = 2000
MUTANT = ("-m", "tests.proofs.serving_process", "forgetful")
OTHER = DRAFT | {"notes": ["another request"]}


def run(size: int, seed: int) -> Outcome:
    """Send `size` keys PARALLEL times each on each database; chance is the machine's own."""
    del seed
    outcomes = [run_on(dialect, size) for dialect in DIALECTS]
    return Outcome(
        tries=sum(outcome.tries for outcome in outcomes),
        failures=sum(outcome.failures for outcome in outcomes),
        detail="\n".join(outcome.detail for outcome in outcomes),
    )


def run_on(dialect: str, keys: int, program: tuple[str, ...] = NET30) -> Outcome:
    """Send keys to the servers of one database."""
    faults: list[str] = []
    waits = 0
    with tempfile.TemporaryDirectory() as name, fresh(dialect, Path(name)) as url:
        site = found_site(Path(name) / "home", url)
        with ExitStack() as stack:
            servers = _servers(stack, site, dialect, program)
            for at in range(keys):
                found, waited = _send_everywhere(servers, f"key-{at}")
                faults += found
                waits += waited
        with closing(build(url)) as store, store.reading("main") as books:
            effects = len(books.page(Invoice, limit=1000))
    if effects != keys:
        faults.append(f"{effects} invoices came of {keys} keys")
    detail = f"{dialect}: {keys} keys x {PARALLEL} at once, {waits:,} times told to wait"
    return Outcome(keys * PARALLEL, len(faults), "\n".join([detail, *faults[:5]]))


def _servers(stack: ExitStack, site: Site, dialect: str, program: tuple[str, ...]) -> list[Served]:
    others = 2 if dialect == "postgresql" else 1
    return [stack.enter_context(served(site, program)) for _ in range(others)]


def _send_everywhere(servers: Sequence[Served], key: str) -> tuple[list[str], int]:
    """Send one request many times at once; return what was wrong and how often one had to wait."""
    start = threading.Barrier(PARALLEL)

    def send(at: int) -> tuple[Answered, int]:
        client = Client(servers[at % len(servers)])
        start.wait()
        for waited in range(TRIES_MAX):
            answer = client.issue(key)
            if answer.status not in {http.client.CONFLICT, http.client.SERVICE_UNAVAILABLE}:
                client.close()
                return answer, waited
            time.sleep(0.01)
        raise AssertionError(f"no answer to {key}")

    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(send, range(PARALLEL)))
    client = Client(servers[0])
    other = client.issue(key, OTHER)
    client.close()
    return _faults(key, [answer for answer, _ in answers], other), sum(w for _, w in answers)


def _faults(key: str, answers: Sequence[Answered], other: Answered) -> list[str]:
    faults = []
    if {answer.status for answer in answers} != {http.client.CREATED}:
        faults.append(f"{key} was answered with {sorted({answer.status for answer in answers})}")
    if len({answer.content for answer in answers}) != 1:
        faults.append(f"{key} got {len({answer.content for answer in answers})} answers")
    first = sum("idempotent-replayed" not in answer.headers for answer in answers)
    if first != 1:
        faults.append(f"{key} was carried out {first} times")
    if other.status == http.client.CREATED:
        faults.append(f"{key} was accepted for another request")
    return faults


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_request_sent_fifty_times_at_once_over_http_is_carried_out_once(dialect: str) -> None:
    outcome = run_on(dialect, SMALL)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


@pytest.mark.slow
def test_a_server_that_keeps_no_answers_carries_requests_out_twice() -> None:
    outcome = run_on("sqlite", 1, MUTANT)
    assert outcome.failures > 0
    assert "was carried out" in outcome.detail
