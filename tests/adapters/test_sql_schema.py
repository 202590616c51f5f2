"""The schema: where the migrations lead, and what they keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from alembic.util import CommandError
from sqlalchemy import create_engine

from net30.adapters.sql import build, open_database
from net30.adapters.sql.accounts import SqlAccounts
from net30.adapters.sql.opening import connect
from net30.adapters.sql.schema import known_versions, migrate, version_of
from net30.adapters.sql.tables import metadata
from net30.domain.aggregates import Key
from net30.domain.audit import broken_links
from net30.domain.customer import Customer
from net30.domain.events import CustomerSaved, InvoiceIssued
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.kernel.errors import ConfigurationError, Unavailable
from net30.kernel.money import Money
from net30.ports.store import Remembered, Store
from tests.account_samples import ONE_OF_EACH
from tests.databases import DIALECTS, fresh, postgres_url
from tests.past_schemas import FOLDER, ORGANISATION, database_of

NEWEST = known_versions()[-1]
PAST = known_versions()[:-1]
ACCOUNTS_AT_FIRST = 7
"""Kinds of account records in schema 0004."""
_PG_COLUMNS = """
SELECT table_name, column_name, ordinal_position, data_type, is_nullable, collation_name,
    column_default
FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2"""
_PG_INDEXES = """
SELECT tablename, indexname, indexdef FROM pg_indexes
WHERE schemaname = current_schema() ORDER BY 1, 2"""
SHAPES = {
    "sqlite": ("SELECT tbl_name, name, sql FROM sqlite_master ORDER BY 1, 2",),
    "postgresql": (_PG_COLUMNS, _PG_INDEXES),
}


def shape(url: str) -> list[tuple[str, ...]]:
    """Everything the database knows of its tables, but the search's, which keep no books."""
    with closing(connect(url)) as database, database.reading() as connection:
        rows = [row for sql in SHAPES[database.dialect] for row in connection.rows(sql)]
    tidy = [tuple(" ".join(str(cell).split()) for cell in row) for row in rows]
    return [row for row in tidy if row[0] in metadata.tables]


@pytest.fixture(params=DIALECTS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
    else:
        with postgres_url(empty=True) as url:
            yield url


def test_the_versions_follow_one_another_and_each_has_books_to_upgrade() -> None:
    assert known_versions() == tuple(f"{at:04}" for at in range(1, len(known_versions()) + 1))
    missing = set(known_versions()) - {file.stem for file in FOLDER.glob("*.sql")}
    assert not missing, "run python -m tests.past_schemas"


def test_the_migrations_lead_to_the_tables_as_described(empty: str, tmp_path: Path) -> None:
    engine = create_engine(empty.replace("postgresql:", "postgresql+psycopg:"))
    metadata.create_all(engine)
    engine.dispose()
    described = shape(empty)
    assert described
    with fresh(empty.partition(":")[0], tmp_path) as url:
        assert shape(url) == described


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("version", known_versions())
def test_books_of_every_past_schema_are_read_after_the_upgrade(
    version: str, dialect: str, tmp_path: Path
) -> None:
    with database_of(version, dialect, tmp_path) as url:
        with closing(build(url)) as store:
            assert version_of(store.database) == NEWEST
            check_books(store)
            if version >= "0004":
                check_accounts(SqlAccounts(store.database), version)
        with fresh(dialect, tmp_path) as new:
            assert shape(url) == shape(new)


def check_books(store: Store) -> None:
    """See that the books say what they said when they were written."""
    assert store.organisations() == (ORGANISATION,)
    assert store.checkpoint(ORGANISATION, "search") == 2
    with store.transaction(ORGANISATION) as tx:
        (customer,) = tx.find(Customer, Key.NAME, "acme corp")
        (invoice,) = tx.find(Invoice, Key.NUMBER, "INV-2026-000001")
        (claim,) = tx.find(OpenItem, Key.CUSTOMER, customer.value.id)
        assert invoice.value.totals.due == Money(4_248_000, "XOF")
        assert invoice.value.lines[0].name == "consulting"
        assert claim.value.balance == Money(4_248_000, "XOF")
        saved, issued = tx.events()
        assert tx.events_naming("acme") == (issued, saved)
        assert tx.events_naming("i1") == (issued,)
        assert saved.event == CustomerSaved(customer_id="acme")
        assert isinstance(issued.event, InvoiceIssued)
        assert issued.event.tax == Money(648_000, "XOF")
        assert tx.recall("key") == Remembered("request", "answer")
        assert tx.next_number("invoice", 2026) == 2


def kind_of(record: object) -> str:
    """The word by which a kind of account record is stored: api_key for ApiKey."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(record).__name__).lower()


def check_accounts(accounts: SqlAccounts, version: str) -> None:
    """See that users, keys and the audit are as they were written, of the kinds there were."""
    rows = (FOLDER / f"{version}.sql").read_text(encoding="utf-8")
    kinds = {
        one: re.sub(r"(?<!^)(?=[A-Z])", "_", type(one).__name__).lower() for one in ONE_OF_EACH
    }
    written = [one for one in ONE_OF_EACH if f"VALUES('{kinds[one]}'," in rows]
    assert len(written) >= (len(ONE_OF_EACH) if version == NEWEST else ACCOUNTS_AT_FIRST)
    with accounts.reading() as tx:
        assert [tx.load(type(one), one.id) for one in written] == written
        (entry,) = tx.entries(ORGANISATION)
        assert list(broken_links(ORGANISATION, [entry])) == []
        assert entry.action == "member_added"


@pytest.mark.skipif(not PAST, reason="there is one schema only")
def test_a_sqlite_file_is_copied_beside_itself_before_its_upgrade(tmp_path: Path) -> None:
    with database_of(PAST[-1], "sqlite", tmp_path) as url:
        with closing(connect(url)) as database:
            done = migrate(database)
        assert (done.before, done.after) == (PAST[-1], NEWEST)
        assert Path(done.backup).parent == tmp_path
        assert sorted(file.suffix for file in tmp_path.iterdir()) == [".bak", ".db"]
        with closing(connect(f"sqlite:///{done.backup}")) as copy:
            assert version_of(copy) == PAST[-1]


@pytest.mark.skipif(not PAST, reason="there is one schema only")
def test_an_upgrade_that_cannot_be_copied_first_does_not_begin(tmp_path: Path) -> None:
    with database_of(PAST[-1], "sqlite", tmp_path) as url:
        path = Path(url.removeprefix("sqlite:///"))
        path.with_name(f"{path.name}.schema-{PAST[-1]}.bak").mkdir()
        with pytest.raises(ConfigurationError, match="cannot be copied"):
            open_database(url)
        with closing(connect(url)) as database:
            assert version_of(database) == PAST[-1]


@pytest.mark.skipif(not PAST, reason="there is one schema only")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_upgrade_that_fails_half_way_changes_nothing(dialect: str, tmp_path: Path) -> None:
    with database_of("0001", dialect, tmp_path) as url:
        with closing(connect(url)) as database, database.writing() as connection:
            connection.execute("CREATE TABLE search_entry (in_the_way INTEGER)")
        before = all_tables(url)
        with pytest.raises(Exception, match="search_entry"):
            open_database(url)
        assert all_tables(url) == before
        with closing(connect(url)) as database:
            assert version_of(database) == "0001"


def test_an_upgrade_that_is_not_in_order_is_a_fault_of_ours(tmp_path: Path) -> None:
    with closing(connect(f"sqlite:///{tmp_path}/net30.db")) as database:
        with pytest.raises(CommandError):
            import_module("net30.adapters.sql.migrations").upgrade(database, "9999")
        assert version_of(database) == ""


def all_tables(url: str) -> list[str]:
    with closing(connect(url)) as database, database.reading() as connection:
        return sorted(name for (name,) in connection.rows(database.table_names))


def test_processes_that_start_at_the_same_time_make_one_database(empty: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_database(empty), range(4)))
    for database in opened:
        assert version_of(database) == NEWEST
        database.close()


@pytest.mark.skipif(not PAST, reason="there is one schema only")
def test_a_disk_that_is_full_during_an_upgrade_leaves_the_old_schema(tmp_path: Path) -> None:
    with database_of("0001", "sqlite", tmp_path) as url, closing(connect(url)) as database:
        with database.writing() as connection:
            pages = connection.rows("PRAGMA page_count")[0][0]
            connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(Unavailable, match="no space is left"):
            migrate(database)
        assert version_of(database) == "0001"
