"""R1 over HTTP: net30 serve is killed with eight clients issuing, and started again.

A client that got no answer sends its request again, with its key, to the next server. At the end
every key has one invoice, whichever server answered; the series has no gap; each invoice has its
claim and its event.
"""

from __future__ import annotations

import http.client
import random
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from net30.adapters.sql import build
from net30.domain.numbering import sequence_in
from net30.domain.open_item import OpenItem
from net30.domain.organisation import Organisation
from net30.kernel.errors import NotFound
from net30.ports.store import Reading
from tests.databases import DIALECTS, fresh
from tests.net30_server import NET30, Client, Served, found_site, served
from tests.proofs.proof import Outcome
from tests.proofs.test_r1_kill import read_book

ID = "R1"
TITLE = "invoices lost, doubled or missing from the series after kill -9 of net30 serve, over HTTP"
SMALL = 2  # kills on each database
FULL = 200

CLIENTS = 8
ROUND_SECONDS_MAX = 60.0
MORE_ANSWERS = range(10, 50)
MUTANT = ("-m", "tests.proofs.serving_process", "early")


def run(size: int, seed: int) -> Outcome:
    """Kill `size` servers on SQLite and as many on PostgreSQL."""
    outcomes = [run_on(dialect, size, random.Random(f"{seed} {dialect}")) for dialect in DIALECTS]
    return Outcome(
        tries=sum(outcome.tries for outcome in outcomes),
        failures=sum(outcome.failures for outcome in outcomes),
        detail="\n".join(outcome.detail for outcome in outcomes),
    )


@dataclass(slots=True)
class Told:
    """What clients heard: the number of each key that was answered, keys that still wait."""

    numbers: dict[str, str] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    repeated: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def issue(self, server: Served) -> None:
        """Issue until there is no answer any more, first what waits from before."""
        client = Client(server)
        while not self.stop.is_set():
            again = bool(self.waiting)
            key = self.waiting.pop() if again else str(uuid.uuid4())
            self.repeated += again
            try:
                answer = client.issue(key)
            except (OSError, http.client.HTTPException):
                self.waiting.append(key)
                return
            if answer.status == http.client.CREATED:
                self.numbers[key] = answer.json()["number"]
            elif answer.status in {409, 503}:  # told to send it again
                self.waiting.append(key)
            else:
                self.faults.append(f"{answer.status} {answer.content[:200]!r}")


def run_on(
    dialect: str, kills: int, chance: random.Random, program: tuple[str, ...] = NET30
) -> Outcome:
    """Kill servers on one database."""
    told = Told()
    with tempfile.TemporaryDirectory() as name, fresh(dialect, Path(name)) as url:
        site = found_site(Path(name) / "home", url)
        for _ in range(kills):
            with served(site, program) as server:
                _issue_and_kill(server, told, chance)
        with served(site, program) as server:
            _finish(server, told)
        with closing(build(url)) as store, store.reading("main") as books:
            faults = [*told.faults, *_faults(books, told)]
    asked = f"{len(told.numbers):,} invoices, {told.repeated} requests repeated"
    detail = f"{dialect}: {kills} kills, {asked}"
    return Outcome(len(told.numbers), len(faults), "\n".join([detail, *faults[:5]]))


def _issue_and_kill(server: Served, told: Told, chance: random.Random) -> None:
    enough = len(told.numbers) + chance.choice(MORE_ANSWERS)
    threads = [threading.Thread(target=told.issue, args=(server,)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + ROUND_SECONDS_MAX
    while len(told.numbers) < enough and time.monotonic() < until and not told.faults:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.02))
    server.kill()
    for thread in threads:
        thread.join()


def _finish(server: Served, told: Told) -> None:
    """Send everything that is not answered yet until it is."""
    client = Client(server)
    for key in told.waiting:
        answer = client.issue(key)
        if answer.status == http.client.CREATED:
            told.numbers[key] = answer.json()["number"]
        else:
            told.faults.append(f"{answer.status} {answer.content[:200]!r}")
    for key, number in list(told.numbers.items())[-CLIENTS:]:
        answer = client.issue(key)
        if answer.json().get("number") != number:
            told.faults.append(f"the key of {number} was answered with another invoice")
    client.close()


def _faults(books: Reading, told: Told) -> Iterator[str]:
    book = read_book(books)
    issued = Counter(invoice.number for invoice in book.invoices)
    answered = Counter(told.numbers.values())
    for number in answered.keys() - issued.keys():
        yield f"{number} was answered and is lost"
    for number in issued.keys() - answered.keys():
        yield f"{number} was issued for no request"
    for number, times in answered.items():
        if times > 1:
            yield f"{number} was answered to {times} requests"
    pattern = books.load(Organisation, "main").value.pattern("invoice")
    found = {place[1] for number in issued if (place := sequence_in(pattern, number))}
    last = max([*books.last_numbers().values(), *found, 0])
    for missing in sorted(set(range(1, last + 1)) - found):
        yield f"number {missing} is missing from the series"
    for number, times in (issued + Counter(book.events)).items():
        if times != 2 or issued[number] != 1:
            yield f"{number} has {issued[number]} documents and {times} rows and events"
    for invoice in book.invoices:
        try:
            books.load(OpenItem, invoice.id)
        except NotFound:
            yield f"{invoice.number} has no claim"


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_request_is_lost_or_done_twice_when_servers_are_killed(dialect: str) -> None:
    outcome = run_on(dialect, SMALL, random.Random(1))
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


@pytest.mark.slow
def test_a_server_that_takes_numbers_before_their_transaction_is_found_out() -> None:
    outcome = run_on("sqlite", SMALL, random.Random(1), MUTANT)
    assert outcome.failures > 0
    assert "missing from the series" in outcome.detail
