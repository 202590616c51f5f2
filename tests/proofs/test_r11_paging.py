"""R11: whoever pages through a result while rows come and go loses none and sees none twice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest

from net30.adapters.sql import Database, open_database
from net30.adapters.sql.search import SqlSearch
from net30.domain.open_item import Status
from net30.ports.search import Entry, Page, Query, SearchIndex, Sort
from tests.databases import postgres_url
from tests.entries import an_azure_index
from tests.proofs.proof import Outcome

ID = "R11"
TITLE = "rows lost or repeated by paging while others are added and removed"
SMALL = 30  # readings of a whole result, page by page
FULL = 1_000

US, THEM = "lagune", "rival"
ROWS = 60
TEXTS = ("", "acme", "consult", "amce")
"""All, by a name, by a word of every line, and by a misspelt name."""


def run(size: int, seed: int) -> Outcome:
    """Read results page by page; between pages, change what does not belong to the reading."""
    chance = random.Random(seed)
    rows = faults = 0
    with _databases() as databases:
        for number, database in enumerate(databases):
            index = SqlSearch(database)
            for at in range(size // len(databases)):
                seen, wrong = _read(index, chance, (number, at))
                rows, faults = rows + seen, faults + wrong
        names = ", ".join(database.dialect for database in databases)
    return Outcome(rows, faults, f"rows of {size:,} readings on {names}")


def _read(index: SearchIndex, chance: random.Random, place: tuple[int, int]) -> tuple[int, int]:
    """Read one result; return how many rows had to be seen once, and how many were not.

    The rows that are there from the first page to the last must come once; those added or
    removed meanwhile at most once.
    """
    index.clear(US)
    entries = {f"e{at:03}": _entry(chance, f"e{at:03}") for at in range(ROWS)}
    index.put(US, list(entries.values()))
    index.put(THEM, [_entry(chance, f"e{at:03}") for at in range(5)])
    query = Query(
        as_of=date(2026, 11, 21),
        text=chance.choice(TEXTS),
        sort=chance.choice(list(Sort)),
        descending=chance.random() < 0.5,
        limit=chance.randrange(1, 13),
        statuses=chance.choice((frozenset(), frozenset({Status.ISSUED, Status.OVERDUE}))),
    )
    steady, seen = set(entries), list[str]()
    for page in _pages(index, query):
        seen += page
        steady -= _disturb(index, chance, sorted(steady), f"{place}-{len(seen)}")
    lost = steady - set(seen)
    repeated = len(seen) - len(set(seen))
    return len(steady), len(lost) + repeated


def _pages(index: SearchIndex, query: Query) -> Iterator[list[str]]:
    cursor = ""
    while True:
        page = index.find(US, replace(query, cursor=cursor))
        yield [hit.entry.id for hit in page.hits]
        if not page.cursor:
            return
        cursor = page.cursor


def _disturb(index: SearchIndex, chance: random.Random, steady: list[str], name: str) -> set[str]:
    """Add some rows and remove some; return the removed ones."""
    added = [_entry(chance, f"n{name}-{at}") for at in range(chance.randrange(4))]
    removed = set(chance.sample(steady, min(len(steady), chance.randrange(3))))
    index.put(US, added)
    index.put(THEM, added)
    index.remove(US, sorted(removed))
    return removed


def _entry(chance: random.Random, entry_id: str) -> Entry:
    """Make an entry with few different values, so that most rows tie with others."""
    return Entry(
        id=entry_id,
        number=chance.choice(("", "A-9", "A-10", f"A-{chance.randrange(99)}")),
        type_code="380",
        customer_id="acme",
        customer="Acme Corp",
        currency=chance.choice(("XOF", "EUR")),
        amount=chance.randrange(4),
        balance=chance.randrange(1, 4),
        issue_date=date(2026, 1, 1) + timedelta(days=chance.randrange(3)),
        due_date=chance.choice((None, date(2026, 2, 1), date(2027, 1, 1))),
        state=Status.ISSUED,
        version=1,
        lines="consulting",
    )


@contextmanager
def _databases() -> Iterator[list[Database]]:
    """Lend SQLite, and PostgreSQL where the tests can start one."""
    with ExitStack() as stack:
        urls = ["sqlite://"]
        with suppress(pytest.skip.Exception):
            urls.append(stack.enter_context(postgres_url()))
        databases = [open_database(url) for url in urls]
        for database in databases:
            stack.callback(database.close)
        yield databases


@pytest.mark.parametrize("seed", [11])
def test_paging_loses_and_repeats_nothing(seed: int) -> None:
    outcome = run(SMALL, seed)
    assert outcome.tries > SMALL
    assert outcome.failures == 0, outcome.detail


def test_paging_in_azure_ai_search_loses_and_repeats_nothing() -> None:
    chance = random.Random(11)
    with an_azure_index() as index:
        read = [_read(index, chance, (0, at)) for at in range(SMALL // 5)]
    assert sum(rows for rows, _ in read) > SMALL
    assert sum(faults for _, faults in read) == 0


class ByOffset(SqlSearch):
    """The mutant: its cursor counts rows instead of naming the last one shown."""

    def find(self, organisation: str, query: Query) -> Page:
        """Return the rows after as many as the cursor says."""
        whole = super().find(organisation, replace(query, cursor="", limit=500))
        start = int(query.cursor or 0)
        end = start + query.limit
        more = str(end) if end < len(whole.hits) else ""
        return replace(whole, hits=whole.hits[start:end], cursor=more)


def test_a_cursor_that_counts_rows_is_caught() -> None:
    with closing(open_database("sqlite://")) as database:
        chance = random.Random(1)
        faults = sum(_read(ByOffset(database), chance, (0, at))[1] for at in range(10))
    assert faults > 0
