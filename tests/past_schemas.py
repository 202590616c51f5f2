"""Books as each schema version wrote them; an upgrade must read them for ever.

python -m tests.past_schemas     writes the file of the newest version, once, with its migration
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path

import psycopg

from net30.adapters.sql import SqlStore
from net30.adapters.sql.accounts import SqlAccounts
from net30.adapters.sql.opening import connect
from net30.adapters.sql.schema import known_versions
from net30.domain.audit import AuditNote
from net30.domain.events import CustomerSaved, InvoiceIssued
from net30.kernel.money import Money
from net30.ports.store import NEW
from tests.account_samples import ONE_OF_EACH
from tests.databases import postgres_url
from tests.samples import NOW, TODAY, one_of_each

FOLDER = Path(__file__).parent / "adapters" / "past_schemas"
ORGANISATION = "lagune"


@contextmanager
def database_of(version: str, dialect: str, folder: Path) -> Iterator[str]:
    """Lend the URL of a database as that version left it, with its books."""
    rows = (FOLDER / f"{version}.sql").read_text(encoding="utf-8")
    if dialect == "sqlite":
        url = f"sqlite:///{folder}/books-{version}.db"
        _make(url, version)
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw:
            raw.executescript(rows)
        yield url
        return
    with postgres_url(empty=True) as url:
        _make(url, version)
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute(rows.encode())
        yield url


def write_down(version: str, target: Path) -> None:
    """Fill a database of a version through the store and keep its rows as SQL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net30.db"
        url = f"sqlite:///{path}"
        _make(url, version)
        with closing(SqlStore(connect(url))) as store:
            _fill(store)
            _fill_accounts(SqlAccounts(store.database))
        with closing(sqlite3.connect(path)) as raw:
            rows = [row for row in raw.iterdump() if row.startswith('INSERT INTO "') and _ours(row)]
    target.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _fill(store: SqlStore) -> None:
    with store.transaction(ORGANISATION) as tx:
        for aggregate in one_of_each():
            tx.save(aggregate, expected=NEW)
        tx.next_number("invoice", 2026)
        tx.append(CustomerSaved(customer_id="acme"), at=NOW, known_on=TODAY, user="awa")
        tx.append(
            InvoiceIssued(
                invoice_id="i1",
                number="INV-2026-000001",
                type_code="380",
                customer_id="acme",
                amount=Money(4_248_000, "XOF"),
                net=Money(3_600_000, "XOF"),
                tax=Money(648_000, "XOF"),
                issue_date=TODAY,
                due_date=None,
            ),
            at=NOW,
            known_on=TODAY,
            user="awa",
        )
        tx.remember("key", "request", "answer", at=NOW)
    store.advance(ORGANISATION, "search", 2)


def _fill_accounts(accounts: SqlAccounts) -> None:
    note = AuditNote(at=NOW, actor="awa", action="member_added", target="u1", source="m:1")
    with accounts.writing() as tx:
        for record in ONE_OF_EACH:
            tx.add(record)
        tx.note(ORGANISATION, [note])


def _make(url: str, version: str) -> None:
    with closing(connect(url)) as database:
        import_module("net30.adapters.sql.migrations").upgrade(database, version)


def _ours(row: str) -> bool:
    return not any(name in row for name in ('"alembic_version"', '"search_'))


if __name__ == "__main__":
    newest = known_versions()[-1]
    write_down(newest, FOLDER / f"{newest}.sql")
    sys.stdout.write(f"{newest}.sql\n")
