"""R1: servers are killed with eight people issuing, again and again; no invoice suffers.

An acknowledged invoice is there, once; the series has no gap; each has its claim and its event.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from net30.adapters.cosmos.store import CosmosStore
from net30.adapters.sql import SqlStore, build
from net30.domain.events import InvoiceIssued
from net30.domain.invoice import Invoice
from net30.domain.numbering import sequence_in
from net30.domain.open_item import OpenItem
from net30.kernel.errors import NotFound
from net30.ports.store import Reading
from tests.architecture.project import ROOT
from tests.cosmos import fresh_address, store_of, url_of
from tests.databases import DIALECTS, fresh
from tests.proofs.proof import Outcome
from tests.samples import COMPANY
from tests.surroundings import found_company, world_of

ID = "R1"
TITLE = "invoices lost, doubled, missing from the series or half done after kill -9"
SMALL = 4  # kills of a server on each database
FULL = 200

SERVERS = 2  # of four issuers each, at a time
START_SECONDS_MAX = 60
MORE_ACKNOWLEDGED = range(10, 50)


def run(size: int, seed: int) -> Outcome:
    """Kill `size` servers on SQLite and as many on PostgreSQL, and half as many on Cosmos."""
    sizes = dict.fromkeys(DIALECTS, size) | {"cosmos": max(SERVERS, size // 2)}
    outcomes = [
        _run_on(dialect, kills, random.Random(f"{seed} {dialect}"))
        for dialect, kills in sizes.items()
    ]
    return Outcome(
        tries=sum(outcome.tries for outcome in outcomes),
        failures=sum(outcome.failures for outcome in outcomes),
        detail="\n".join(outcome.detail for outcome in outcomes),
    )


def _run_on(dialect: str, kills: int, chance: random.Random, guard: str = "") -> Outcome:
    with tempfile.TemporaryDirectory() as name, _database(dialect, Path(name)) as url:
        home = Path(name)
        acknowledged = home / "acknowledged"
        acknowledged.touch()
        with closing(_store(url)) as store:
            found_company(world_of(store, home))
        for _ in range(0, kills, SERVERS):
            _serve_and_kill([url, name, str(acknowledged), guard], acknowledged, chance)
        answers = acknowledged.read_text().split()
        with closing(_store(url)) as store, store.reading(COMPANY.id) as books:
            faults = list(_faults(books, answers))
    detail = f"{dialect}: {kills} kills, {len(answers):,} acknowledged"
    return Outcome(len(answers), len(faults), "\n".join([detail, *faults[:5]]))


def _database(dialect: str, home: Path) -> AbstractContextManager[str]:
    if dialect == "cosmos":
        return nullcontext(url_of(fresh_address()))
    return fresh(dialect, home)


def _store(url: str) -> SqlStore | CosmosStore:
    return store_of(url) if url.startswith("cosmos:") else build(url)


def _serve_and_kill(words: list[str], acknowledged: Path, chance: random.Random) -> None:
    """Let servers issue until some more is acknowledged, and kill them in the middle of it."""
    enough = acknowledged.stat().st_size + 16 * chance.choice(MORE_ACKNOWLEDGED)
    command = [sys.executable, "-m", "tests.proofs.issuer", *words]
    servers = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) for _ in range(SERVERS)]
    try:
        until = time.monotonic() + START_SECONDS_MAX
        while acknowledged.stat().st_size < enough:
            assert time.monotonic() < until, "the servers do not issue"
            assert servers[0].poll() is None, "a server ended by itself"
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.02))
    finally:
        for server in servers:
            server.kill()
        for server in servers:
            server.communicate()


@dataclass(frozen=True, slots=True)
class Book:
    """Everything issued, as the database has it after the last kill."""

    invoices: list[Invoice]
    events: list[str]


def _faults(books: Reading, answers: list[str]) -> Iterator[str]:
    book = read_book(books)
    numbers = Counter(invoice.number for invoice in book.invoices)
    pattern = COMPANY.pattern("invoice")
    for number, times in Counter(answers).items():
        if times > 1:
            yield f"{number} was acknowledged {times} times"
        if number not in numbers:
            yield f"{number} was acknowledged and is lost"
    found = {place[1] for number in numbers if (place := sequence_in(pattern, number))}
    last = books.last_numbers().get(("invoice", 2026), 0)
    for missing in set(range(1, max([last, *found]) + 1)) - found:
        yield f"number {missing} is missing from the series"
    for number, times in (numbers + Counter(book.events)).items():
        if times != 2 or numbers[number] != 1:
            yield f"{number} has {numbers[number]} documents and {times} rows and events"
    for invoice in book.invoices:
        try:
            books.load(OpenItem, invoice.id)
        except NotFound:
            yield f"{invoice.number} has no claim"


def read_book(books: Reading) -> Book:
    """Return everything issued, and what events tell of it."""
    book = Book([], [])
    after = ""
    while page := books.page(Invoice, after=after, limit=1000):
        book.invoices.extend(one.value for one in page if one.value.is_issued)
        after = page[-1].value.id
    place = 0
    while events := books.events(after=place):
        issued = [told.event for told in events if isinstance(told.event, InvoiceIssued)]
        book.events.extend(event.number for event in issued)
        expected = list(range(place + 1, place + len(events) + 1))
        assert [told.sequence for told in events] == expected
        place = events[-1].sequence
    return book


def test_no_acknowledged_invoice_suffers_from_killed_servers() -> None:
    outcome = run(SMALL, seed=1)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


@pytest.mark.parametrize("dialect", DIALECTS)
def test_numbers_taken_before_their_transaction_leave_gaps(dialect: str) -> None:
    outcome = _run_on(dialect, SMALL, random.Random(1), guard="early")
    assert outcome.failures > 0
    assert "missing from the series" in outcome.detail


def test_an_answer_before_the_commit_that_is_shared_is_found_out() -> None:
    outcome = _run_on("sqlite", SMALL, random.Random(1), "hasty")
    assert "was acknowledged 2 times" in outcome.detail or "is lost" in outcome.detail
