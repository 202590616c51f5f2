"""R10: a server with large books answers several clients at once, and soon enough.

The books are an invented ledger that was imported: first all as open, then what was paid. Then, in
turns, clients issue invoices, list fifty, search, and look at the figures; each turn of the others
comes after one that changed the books, so that nothing is answered from what was kept before it.
A failure is an answer that is no success or not what was asked for, and each bound that is passed:
of the 99th percentile of lists and of figures, and of the memory that the second half takes.

Small sizes run beside other tests, where a clock measures those: for them, instead of a percentile,
the server's processor time for an answer counts, times the clients that wait in line for it.
"""

from __future__ import annotations

import http.client
import io
import os
import random
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.csv as pv
import pytest

from net30.adapters.sql.search import SqlSearch
from net30.app import open_app
from net30.kernel.dates import add_months
from net30.ledger.invented.ledger import InventedLedger
from net30.ledger.invented.wish import Wish
from net30.ports.search import Page, Query
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.settings import Settings
from tests.databases import sqlite_url
from tests.net30_server import NET30, Answered, Client, Served, Site, found_site, served
from tests.proofs import serving_process
from tests.proofs.proof import Outcome

ID = "R10"
TITLE = "answers under load that are wrong, and bounds of time and memory that are passed"
SMALL = 1_000  # invoices in the books
FULL = 100_000

ROWS = 50
MONTHS = 24
BY_THE_CLOCK_FROM = 50_000  # invoices
ROUNDS, ROUNDS_SMALL = 12, 2
CLIENTS, LOOKING = 4, 2
REQUESTS, REQUESTS_SMALL = 400, 40
LOOKS, LOOKS_SMALL = 20, 4
SECONDS_MAX = {"list": 0.1, "figures": 1.0}
BYTES_NOISE = 48 * 2**20
"""What an allocator keeps for later of the tables that figures are made of."""
BYTES_PER_REQUEST_MAX = 500
UNLIMITED = ("-c", "from tests.proofs.test_r10_load import serve_unlimited; serve_unlimited()")


@dataclass(frozen=True, slots=True)
class Book:
    """What is known of the books: the day they end, and the words that customers' names begin with.

    `clock` tells that the answers are judged by the clock and not by processor time.
    """

    today: date
    words: tuple[str, ...]
    clock: bool


@dataclass(slots=True)
class Answers:
    """What came of one kind of request; seconds of each answer, of all turns, of the processor."""

    waits: list[float] = field(default_factory=list)
    seconds: float = 0.0
    processor: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def percentile(self, percent: int) -> float:
        """Return the seconds that so many of a hundred answers took at most."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]

    def __str__(self) -> str:
        """Show what people quote of a load."""
        return (
            f"{len(self.waits) / self.seconds:,.1f}/s, p50 {self.percentile(50) * 1000:,.0f} ms, "
            f"p99 {self.percentile(99) * 1000:,.0f} ms, processor "
            f"{self.processor / len(self.waits) * 1000:,.1f} ms each, {len(self.waits):,} answers"
        )


Ask = Callable[[Client, random.Random, Book], str]
"""Asks once; returns what is wrong with the answer, nothing when it is right."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of request: how many clients send it at once, how many of them in a turn."""

    ask: Ask
    clients: int
    requests: int
    requests_small: int


def run(size: int, seed: int) -> Outcome:
    """Ask a server whose books have `size` invoices."""
    return run_with(size, seed, NET30)


def run_with(size: int, seed: int, program: tuple[str, ...]) -> Outcome:
    """Ask one kind of server."""
    with tempfile.TemporaryDirectory() as name:
        site = found_site(Path(name) / "home", sqlite_url(Path(name)))
        began = time.perf_counter()
        book = _filled(site, size, seed)
        filled = time.perf_counter() - began
        with served(site, program) as server:
            found, memory = _load(server, book, seed)
    tries = sum(len(answers.waits) for answers in found.values())
    wrong = [what for answers in found.values() for what in answers.wrong]
    faults = [*_too_slow(found, clock=book.clock), *_too_large(memory, tries)]
    judge = "the clock" if book.clock else "processor time"
    told = [
        f"{size:,} invoices, imported in {filled:,.0f} s, judged by {judge}",
        *(f"{kind}: {answers}" for kind, answers in found.items()),
        f"memory {memory[0] / 2**20:.0f} MB at half, {memory[1] / 2**20:.0f} MB at the end",
    ]
    return Outcome(tries, len(wrong) + len(faults), "\n".join([*told, *faults, *wrong[:5]]))


def _filled(site: Site, size: int, seed: int) -> Book:
    """Import a ledger of two years up to today, as open invoices and then with what was paid."""
    url = site.settings["NET30_DATABASE_URL"]
    with closing(open_app(Settings(home=site.home, database_url=url))) as app:
        with app.look() as ctx:
            today = ctx.today
        wish = Wish(rows=size, seed=seed, first_day=add_months(today, -MONTHS), months=MONTHS)
        rows = pa.concat_tables([batch.table for batch in InventedLedger(wish).batches()])
        for known in (rows.drop_columns(["paid_date"]), rows):
            with app.change() as ctx:
                report = import_ledger(ctx, LedgerFile(content=_csv(known), source="past"))
            assert report.errors == 0, report.findings
            app.settle()
    names = map(str, rows["customer"].unique().to_pylist())
    words = tuple(sorted({name.split()[0] for name in names}))
    return Book(today, words, clock=size >= BY_THE_CLOCK_FROM)


def _csv(rows: pa.Table) -> bytes:
    content = io.BytesIO()
    pv.write_csv(rows, content)
    return content.getvalue()


def _issue(client: Client, _chance: random.Random, _book: Book) -> str:
    return _wrong(client.issue(str(uuid.uuid4())), lambda told: bool(told["number"]))


def _list(client: Client, chance: random.Random, book: Book) -> str:
    """List what was issued up to some day of the last year, newest first: always a whole page."""
    until = book.today - timedelta(days=chance.randrange(365))
    answer = _get(client, "/invoices", limit=ROWS, issued_to=until)
    return _wrong(answer, lambda told: len(told["items"]) == ROWS)


def _search(client: Client, chance: random.Random, book: Book) -> str:
    answer = _get(client, "/invoices", limit=ROWS, text=chance.choice(book.words))
    return _wrong(answer, lambda told: 0 < len(told["items"]) <= ROWS)


def _figures(client: Client, _chance: random.Random, _book: Book) -> str:
    answer = _get(client, "/figures")
    return _wrong(answer, lambda told: "outstanding" in told["currencies"]["XOF"])


KINDS = {
    "issue": Kind(_issue, CLIENTS, REQUESTS, REQUESTS_SMALL),
    "list": Kind(_list, CLIENTS, REQUESTS, REQUESTS_SMALL),
    "search": Kind(_search, CLIENTS, REQUESTS, REQUESTS_SMALL),
    "figures": Kind(_figures, LOOKING, LOOKS, LOOKS_SMALL),
}


def _load(server: Served, book: Book, seed: int) -> tuple[dict[str, Answers], tuple[int, int]]:
    """Return what came of all kinds, and the server's memory after half of it and at the end."""
    found = {name: Answers() for name in KINDS}
    chances = (random.Random(seed * 1_000_003 + at) for at in range(1_000_000))
    rounds = ROUNDS if book.clock else ROUNDS_SMALL
    for kind in KINDS.values():  # what is loaded once is loaded
        _turn(server, book, replace(kind, requests=2, requests_small=2), chances)
    memory = []
    for _half in range(2):
        for _round in range(rounds // 2):
            for name, kind in KINDS.items():
                _add(found[name], _turn(server, book, kind, chances))
        memory.append(_memory(server))
    return found, (memory[0], memory[1])


def _turn(server: Served, book: Book, kind: Kind, chances: Iterator[random.Random]) -> Answers:
    """Have the clients of one kind send their requests, all at once."""
    turn = Answers()
    each = (kind.requests if book.clock else kind.requests_small) // kind.clients
    before, began = _processor(server), time.perf_counter()
    with ThreadPoolExecutor(kind.clients) as pool:
        under_way = [
            pool.submit(_ask_on, server, book, (kind.ask, each), next(chances))
            for _ in range(kind.clients)
        ]
        for client in under_way:
            waits, wrong = client.result()
            turn.waits += waits
            turn.wrong += wrong
    turn.seconds = time.perf_counter() - began
    turn.processor = _processor(server) - before
    return turn


def _ask_on(
    server: Served, book: Book, what: tuple[Ask, int], chance: random.Random
) -> tuple[list[float], list[str]]:
    ask, requests = what
    waits, wrong = list[float](), list[str]()
    with closing(Client(server)) as client:
        for _ in range(requests):
            began = time.perf_counter()
            try:
                fault = ask(client, chance, book)
            except (OSError, http.client.HTTPException) as error:
                fault = f"no answer: {error!r}"
            waits.append(time.perf_counter() - began)
            if fault:
                wrong.append(fault)
    return waits, wrong


def _get(client: Client, path: str, **asked: object) -> Answered:
    return client.ask("GET", f"/api/v1{path}?{urlencode(asked)}")


def _wrong(answer: Answered, right: Callable[[Any], bool]) -> str:  # Any: JSON
    if not http.client.OK <= answer.status < http.client.MULTIPLE_CHOICES:
        return f"{answer.status}: {answer.content[:200]!r}"
    return "" if right(answer.json()) else f"not what was asked for: {answer.content[:200]!r}"


def _add(found: Answers, turn: Answers) -> None:
    found.waits += turn.waits
    found.seconds += turn.seconds
    found.processor += turn.processor
    found.wrong += turn.wrong


def _memory(server: Served) -> int:
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _processor(server: Served) -> float:
    """Return the seconds that the server's process has computed; its worker is another one."""
    state = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(state[11]) + int(state[12])) / os.sysconf("SC_CLK_TCK")


def _too_slow(found: Mapping[str, Answers], *, clock: bool) -> list[str]:
    faults = []
    for name, most in SECONDS_MAX.items():
        answers = found[name]
        if clock:
            took, what = answers.percentile(99), "p99"
        else:
            took = answers.processor / len(answers.waits) * KINDS[name].clients
            what = f"processor time of {KINDS[name].clients} answers"
        if took >= most:
            faults.append(f"{name} is slow: {what} {took * 1000:,.0f} ms, at most {most * 1000:g}")
    return faults


def _too_large(memory: Sequence[int], requests: int) -> list[str]:
    grown, most = memory[1] - memory[0], BYTES_NOISE + BYTES_PER_REQUEST_MAX * requests // 2
    if grown <= most:
        return []
    return [f"memory grew by {grown / 2**20:.0f} MB, at most {most / 2**20:.0f} MB in half a run"]


needs_proc = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")


@needs_proc
@pytest.mark.slow
def test_books_under_load_answer_soon_and_right() -> None:
    outcome = run(SMALL, seed=1)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


def serve_unlimited() -> None:
    """Serve with the mutant until killed; called in a process of its own."""
    limited = SqlSearch.find

    def find(self: SqlSearch, organisation: str, query: Query) -> Page:
        page = limited(self, organisation, query)
        hits = [*page.hits]
        while page.cursor:
            page = limited(self, organisation, replace(query, cursor=page.cursor))
            hits += page.hits
        return replace(page, hits=tuple(hits))

    SqlSearch.find = find  # type: ignore[method-assign] # the mutant
    serving_process.main("unlimited")


@needs_proc
@pytest.mark.slow
def test_lists_without_their_limit_are_found_out() -> None:
    outcome = run_with(SMALL, 1, UNLIMITED)
    print(outcome, outcome.detail)
    assert "list is slow" in outcome.detail
    assert "not what was asked for" in outcome.detail


def test_memory_that_grows_is_found_out() -> None:
    assert not _too_large((300 * 2**20, 340 * 2**20), 1_000)
    assert _too_large((300 * 2**20, 360 * 2**20), 1_000)
