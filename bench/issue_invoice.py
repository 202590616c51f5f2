"""Issuing an invoice on SQLite FULL, beside a bare sqlite3 loop that writes the same rows.

Ours is the use case as a face runs it: a transaction, load the draft, check it, take the number,
save document, claim and event, commit. The bare loop knows every row beforehand and only writes
them, into the same tables and indexes, with the same synchronous=FULL. Both commit once an
invoice; they take turns in one run, so that a busy disk slows both.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bench.bench import Row, compare
from net30.services.issue_invoice import issue_invoice
from tests.desk import Desk, open_desk

_T = TypeVar("_T")
_Item = TypeVar("_Item")

DISK = Path(__file__).parent.parent / "var"
"""A disk, where a flush costs what it costs; a system's temporary folder is often memory."""
INVOICES = 500
TURN = 50
GOAL = 0.5

_UPDATE = """
UPDATE record SET version = 2, body = :body, number = :number, external = :external,
    customer = :customer, name = :name, parent = :parent
WHERE organisation = :organisation AND kind = :kind AND id = :id AND version = 1"""
_INSERT = """
INSERT INTO record
    (organisation, kind, id, version, body, number, external, customer, name, parent)
VALUES
    (:organisation, :kind, :id, 1, :body, :number, :external, :customer, :name, :parent)"""
_EVENT = """
INSERT INTO event (organisation, sequence, id, name, body, recorded_at, known_on, recorded_by)
VALUES (:organisation, :sequence, :id, :name, :body, :recorded_at, :known_on, :recorded_by)"""
_COUNTER = """
INSERT INTO counter (organisation, series, year, last) VALUES (:organisation, 'invoice', 2026, 1)
ON CONFLICT DO UPDATE SET last = last + 1"""

_ISSUED = "SELECT * FROM record WHERE kind = :kind AND number IS NOT NULL ORDER BY number"
_ISSUED_EVENTS = "SELECT * FROM event WHERE name = 'InvoiceIssued' ORDER BY sequence"


def measure() -> list[Row]:
    """Compare the seconds that INVOICES commits take."""
    DISK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DISK) as name:
        desk = open_desk(Path(name) / "home")
        drafts = [desk.draft().id for _ in range(2 * INVOICES)]
        path, bare = Path(name) / "home" / "net30.db", Path(name) / "bare.db"
        _copy(path, bare)
        # The first half is issued unmeasured: it warms up, and tells the bare loop its rows.
        _issue(desk, drafts[:INVOICES])
        rows = _written(path)
        ours = theirs = 0.0
        with closing(_open(bare)) as raw:
            for at in range(0, INVOICES, TURN):
                theirs += _timed(_write, raw, rows[at : at + TURN])
                ours += _timed(_issue, desk, drafts[INVOICES + at :][:TURN])
        desk.app.close()
    rate = f"net30, {INVOICES / ours:,.0f} invoices/s"
    loop = f"bare sqlite3, {INVOICES / theirs:,.0f} invoices/s"
    return [compare(f"issue {INVOICES} invoices", (rate, ours), (loop, theirs), GOAL)]


@dataclass(frozen=True, slots=True)
class _Rows:
    """What one issue writes."""

    document: dict[str, object]
    claim: dict[str, object]
    event: dict[str, object]


def _issue(desk: Desk, drafts: Sequence[str]) -> None:
    for draft in drafts:
        with desk.app.change() as ctx:
            issue_invoice(ctx, draft)


def _write(raw: sqlite3.Connection, rows: Sequence[_Rows]) -> None:
    for row in rows:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(_COUNTER, row.document)
        raw.execute(_UPDATE, row.document)
        raw.execute(_INSERT, row.claim)
        raw.execute(_EVENT, row.event)
        raw.execute("COMMIT")


def _written(path: Path) -> list[_Rows]:
    with closing(_open(path)) as raw:
        raw.row_factory = sqlite3.Row
        documents, claims = (
            [dict(row) for row in raw.execute(_ISSUED, {"kind": kind})]
            for kind in ("invoice", "open_item")
        )
        events = [dict(row) for row in raw.execute(_ISSUED_EVENTS)]
    return [_Rows(*found) for found in zip(documents, claims, events, strict=True)]


def _open(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    return raw


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _timed(act: Callable[[_T, Sequence[_Item]], None], where: _T, what: Sequence[_Item]) -> float:
    start = time.perf_counter()
    act(where, what)
    return time.perf_counter() - start
