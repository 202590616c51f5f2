"""Search entries for tests, and indexes to put them into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from net30.adapters.sql import open_database
from net30.adapters.sql.search import SqlSearch
from net30.domain.open_item import Status
from net30.ports.search import Entry, Page, Query, SearchIndex
from tests.databases import fresh

TODAY = date(2026, 11, 21)
US, THEM = "lagune", "rival"


@contextmanager
def an_index(dialect: str, folder: Path) -> Iterator[SearchIndex]:
    """Lend an empty index in a fresh database."""
    with fresh(dialect, folder) as url:
        database = open_database(url)
        try:
            yield SqlSearch(database)
        finally:
            database.close()


def entry(at: int, **more: Any) -> Entry:
    """Invoice number `at` of Acme, open and due in December, unless said otherwise."""
    usual: dict[str, Any] = {
        "id": f"i{at:06}",
        "number": f"INV-2026-{at:06}",
        "type_code": "380",
        "customer_id": "acme",
        "customer": "Acme Corp",
        "currency": "XOF",
        "amount": at * 1000,
        "balance": at * 1000,
        "issue_date": date(2026, 11, 1),
        "due_date": date(2026, 12, 1),
        "state": Status.ISSUED,
        "version": 1,
    }
    return Entry(**usual | more)


def ask(index: SearchIndex, text: str = "", organisation: str = US, **more: Any) -> Page:
    """The page for a text and filters, as of today."""
    asked: dict[str, Any] = {"as_of": TODAY, "text": text} | more
    return index.find(organisation, Query(**asked))


def found(index: SearchIndex, text: str = "", organisation: str = US, **more: Any) -> list[str]:
    """The ids on that page; none of them twice, and as many as the total says."""
    page = ask(index, text, organisation, **more)
    ids = [hit.entry.id for hit in page.hits]
    assert len(set(ids)) == len(ids)
    assert page.total >= len(ids)
    return ids
