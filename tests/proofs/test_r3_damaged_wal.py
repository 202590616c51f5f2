"""R3: the write-ahead log of SQLite is cut, has a byte flipped or its tail zeroed.

Whatever a failing disk leaves of the log, the books that open afterwards are those after one of
the commits, the last one before the damage, and the next invoice goes on from there.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from bisect import bisect_right
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from net30.adapters.sql import SqlStore, build
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.events import InvoiceIssued
from net30.domain.invoice import Invoice
from net30.domain.issuing import issue
from net30.domain.open_item import OpenItem, open_item_of
from net30.ports.store import NEW
from net30.services.create_draft import create_draft
from net30.services.issue_invoice import issue_invoice, issued_event, next_number
from net30.services.world import World
from tests.databases import sqlite_url
from tests.proofs.proof import Outcome
from tests.samples import COMPANY
from tests.surroundings import change, found_company, world_of

ID = "R3"
TITLE = "damaged write-ahead logs whose books are not those of the last whole commit"
SMALL = 45
FULL = 600

COMMITS = 20
_REQUEST = NewInvoice(
    customer_id="acme", lines=(NewLine(name="consulting", unit_price=Decimal(90_000)),)
)

Damage = Callable[[bytes, int], bytes]
DAMAGES: dict[str, Damage] = {
    "cut": lambda log, at: log[:at],
    "flipped": lambda log, at: log[:at] + bytes([log[at] ^ 0x10]) + log[at + 1 :],
    "zeroed": lambda log, at: log[:at] + bytes(len(log) - at),
}


def run(size: int, seed: int) -> Outcome:
    """Damage `size` copies of one log, each in one place and one way."""
    return _run(size, seed, _issue)


def _run(size: int, seed: int, issue_one: Callable[[World], None]) -> Outcome:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        books = _Books(Path(name))
        books.fill(issue_one)
        faults: list[str] = []
        for turn in range(size):
            way = sorted(DAMAGES)[turn % len(DAMAGES)]
            at = chance.randrange(len(books.log))
            fault = books.fault(way, at)
            faults += [f"{way} at byte {at:,}: {fault}"] if fault else []
    detail = f"{COMMITS} commits in a log of {len(books.log):,} bytes"
    return Outcome(size, len(faults), "\n".join([detail, *faults[:5]]))


@dataclass(frozen=True, slots=True)
class _State:
    """What the books say: numbers given, claims, events of issue, and the counter."""

    numbers: tuple[str, ...]
    claims: tuple[str, ...]
    told: tuple[str, ...]
    last: int


@dataclass(slots=True)
class _Books:
    """A database, its log, and what the books said after each commit."""

    folder: Path
    file: bytes = b""
    log: bytes = b""
    ends: list[int] = field(default_factory=list)
    states: list[_State] = field(default_factory=list)

    def fill(self, issue_one: Callable[[World], None]) -> None:
        """Issue one invoice a commit, and note where in the log each commit ends."""
        url = sqlite_url(self.folder)
        path = Path(url.removeprefix("sqlite:///"))
        log = path.with_name(f"{path.name}-wal")
        with closing(build(url)) as store:
            found_company(world_of(store, self.folder))
        with closing(build(url)) as store:
            with store.database.writing() as connection:
                connection.execute("PRAGMA wal_autocheckpoint = 0")  # it stays in the log
            self.states.append(_state(store))
            for _ in range(COMMITS):
                issue_one(world_of(store, self.folder))
                self.ends.append(log.stat().st_size)
                self.states.append(_state(store))
            self.file, self.log = path.read_bytes(), log.read_bytes()

    def fault(self, way: str, at: int) -> str:
        """Return what is wrong with the books after a damage; empty when nothing is."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            path = Path(name) / "net30.db"
            path.write_bytes(self.file)
            path.with_name("net30.db-wal").write_bytes(DAMAGES[way](self.log, at))
            with closing(build(f"sqlite:///{path}")) as store:
                with store.database.reading() as connection:
                    if connection.row("PRAGMA integrity_check") != ("ok",):
                        return "the file is not whole"
                whole = bisect_right(self.ends, at)
                found = _state(store)
                if found != self.states[whole]:
                    return f"{len(found.numbers)} invoices, {whole} commits were whole"
                _issue(world_of(store, Path(name)))
                return "" if _state(store) == self.states[whole + 1] else "the next number is wrong"


def _state(store: SqlStore) -> _State:
    with store.reading(COMPANY.id) as books:
        invoices = [one.value.number for one in books.page(Invoice) if one.value.is_issued]
        claims = [one.value.number for one in books.page(OpenItem)]
        told = [one.event.number for one in books.events() if isinstance(one.event, InvoiceIssued)]
        last = books.last_numbers().get(("invoice", 2026), 0)
    return _State(tuple(sorted(invoices)), tuple(sorted(claims)), tuple(told), last)


def _issue(world: World) -> None:
    with change(world) as ctx:
        issue_invoice(ctx, create_draft(ctx, _REQUEST).id)


def _issue_in_two(world: World) -> None:
    """Issue without the guard: the document in one transaction, its claim in the next."""
    with change(world) as ctx:
        draft = create_draft(ctx, _REQUEST)
        issued = issue(draft, next_number(ctx, draft))
        ctx.tx.save(issued, expected=1)
    with change(world) as ctx:
        ctx.tx.save(open_item_of(issued), expected=NEW)
        ctx.record(issued_event(issued))


def test_the_books_after_a_damage_are_those_of_the_last_whole_commit() -> None:
    outcome = run(SMALL, seed=1)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


def test_an_invoice_written_in_two_transactions_is_found_half_done() -> None:
    outcome = _run(SMALL, 1, _issue_in_two)
    assert outcome.failures > 0


@pytest.mark.parametrize("part", ["log", "index"])
def test_a_log_or_index_that_is_gone_costs_what_was_in_it_only(part: str, tmp_path: Path) -> None:
    books = _Books(tmp_path)
    books.fill(_issue)
    path = tmp_path / "copy" / "net30.db"
    path.parent.mkdir()
    path.write_bytes(books.file)
    if part == "index":  # the -shm file is never copied here: it is rebuilt from the log
        path.with_name("net30.db-wal").write_bytes(books.log)
    with closing(build(f"sqlite:///{path}")) as store:
        assert _state(store) == books.states[0 if part == "log" else -1]
    shutil.rmtree(path.parent)
