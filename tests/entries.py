"""Search entries for tests, and indexes to put them into."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

from net30.adapters.search import azure_search
from net30.adapters.sql import open_database
from net30.adapters.sql.search import SqlSearch
from net30.domain.open_item import Status
from net30.ports.search import Entry, Page, Query, SearchIndex
from tests.databases import DIALECTS, fresh
from tests.doubles.search_server import search_server

TODAY = date(2026, 11, 21)
US, THEM = "lagune", "rival"
INDEXES = (*DIALECTS, "azure-search")
WRITES = {"put", "put_customers", "remove", "clear"}
SETTLED_SECONDS = 3.0
"""What a real service is given to show a write."""


@contextmanager
def an_index(dialect: str, folder: Path) -> Iterator[SearchIndex]:
    """Lend an empty index in a fresh database, or in a double of Azure AI Search."""
    if dialect == "azure-search":
        with an_azure_index() as index:
            yield index
        return
    with fresh(dialect, folder) as url:
        database = open_database(url)
        try:
            yield SqlSearch(database)
        finally:
            database.close()


@contextmanager
def an_azure_index() -> Iterator[SearchIndex]:
    """Lend an index in a double of Azure AI Search, or in the service that is named.

    NET30_TEST_SEARCH_URL (azure-search:https://NAME.search.windows.net#INDEX) names an index that
    may be written to, NET30_TEST_SEARCH_KEY its key. A question to it right after a write may miss
    the write, so each write is given time.
    """
    given = os.environ.get("NET30_TEST_SEARCH_URL", "")
    if given:
        index = azure_search.build(given, key=os.environ.get("NET30_TEST_SEARCH_KEY", ""))
        yield cast("SearchIndex", Patient(index))
        index.close()
        return
    with search_server() as server:
        index = azure_search.build(server.url(), key=server.admin_key)
        yield index
        index.close()


class Patient:
    """An index whose writes are waited for."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._index, name)
        return partial(self._wait, found) if name in WRITES else found

    def _wait(self, write: Any, *words: object) -> None:
        write(*words)
        time.sleep(SETTLED_SECONDS)


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
