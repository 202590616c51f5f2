"""Books are copied into another database whole, nothing is sent twice, and a difference is seen."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from net30.app import open_app
from net30.kernel.errors import Conflict, InputError
from net30.ports.copying import BooksCopy
from net30.ports.search import Query
from net30.services.copy_books import compare_books, copy_books
from net30.services.find_invoices import find_invoices
from net30.services.send_invoice import send_invoice
from net30.wiring.books import copying
from tests.databases import DIALECTS, fresh
from tests.desk import Desk, open_desk
from tests.samples import COMPANY


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two organisations, an invoice that was mailed, and something about its customer to seal."""
    desk = open_desk(tmp_path / "home")
    number = desk.issue().number
    with desk.app.change() as ctx:
        send_invoice(ctx, number)
    with desk.app.world.store.transaction("other") as tx:
        tx.save(replace(COMPANY, id="other"), expected=0)
    desk.app.settle()
    return desk


def told(_step: str, _done: int, _total: int) -> None:
    """Hear how far it is."""


def beside(desk: Desk, url: str) -> AbstractContextManager[BooksCopy]:
    return copying(desk.app.settings, url)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_copy_holds_all_and_goes_on_where_the_books_were(
    desk: Desk, dialect: str, tmp_path: Path
) -> None:
    mails = sorted((tmp_path / "home").rglob("*.eml"))
    with fresh(dialect, tmp_path) as url:
        with beside(desk, url) as books:
            report = copy_books(books, told)
            assert not report.differing
            assert {one.organisation for one in report.tables} == {"", "main", "other"}
            events = {one.organisation: one.rows for one in report.tables if one.table == "event"}
            assert events["main"] >= 3
            with pytest.raises(Conflict, match="holds books already"):
                copy_books(books, told)
        settings = replace(desk.app.settings, database_url=url)
        desk.app.close()
        moved = open_app(settings, clock=desk.clock)
        assert moved.settle().ok
        with moved.look() as ctx:
            found = find_invoices(ctx, Query(as_of=ctx.today))
            assert [hit.entry.number for hit in found.hits] == ["INV-2026-000001"]
        assert Desk(moved, desk.clock, desk.acme).issue().number == "INV-2026-000002"
        moved.close()
    assert sorted((tmp_path / "home").rglob("*.eml")) == mails


def test_what_changed_on_either_side_is_a_difference(desk: Desk, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'copy.db'}"
    with beside(desk, url) as books:
        copy_books(books, told)
        desk.issue()
        found = {(one.organisation, one.table) for one in compare_books(books, told).differing}
        assert ("main", "event") in found
        assert ("other", "event") not in found
    desk.app.close()
    with sqlite3.connect(tmp_path / "copy.db") as raw:
        raw.execute("UPDATE record SET body = replace(body, 'Acme', 'Acma') WHERE id = ?",
                    (desk.acme.id,))  # fmt: skip
    raw.close()
    with beside(desk, url) as books:
        found = {(one.organisation, one.table) for one in compare_books(books, told).differing}
    assert ("main", "record") in found


def test_a_copy_needs_another_database(desk: Desk) -> None:
    for url, code in (("", "copy_url"), (desk.app.settings.database_url, "same_database")):
        with pytest.raises(InputError) as refused, beside(desk, url):
            pass
        assert refused.value.code == code
    desk.app.close()
