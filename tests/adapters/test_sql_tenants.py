"""Row-level security: the second wall between organisations, which holds when the first is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier

from net30.adapters.sql import SqlStore, open_database
from net30.adapters.sql.database import Database
from net30.adapters.sql.search import SqlSearch
from net30.adapters.sql.store import EVERY_ORGANISATION
from net30.domain.customer import Customer
from net30.domain.events import CustomerSaved
from net30.domain.organisation import Organisation
from net30.domain.party import Party
from net30.kernel.errors import ConfigurationError
from net30.ports.search import CustomerName
from net30.ports.store import NEW
from tests.databases import postgres_url
from tests.samples import NOW, TODAY

US, THEM = "lagune", "rival"
NO_BOOKS = {"account", "audit", "alembic_version", "search_words"}
"""Of no organisation; search_words is reached by search_entry's rows only (migration 0006)."""


@contextmanager
def plain_owner() -> Iterator[str]:
    """Lend the URL of an empty database whose owner is no superuser, as it should be."""
    owner = f"net30_{uuid4().hex}"
    with postgres_url(empty=True) as url, psycopg.connect(url, autocommit=True) as admin:
        name = admin.info.dbname
        admin.execute(SQL("CREATE ROLE {} LOGIN PASSWORD 'owner'").format(Identifier(owner)))
        change = SQL("ALTER DATABASE {} OWNER TO {}")
        admin.execute(change.format(Identifier(name), Identifier(owner)))
        admin.execute(SQL("ALTER SCHEMA public OWNER TO {}").format(Identifier(owner)))
        try:
            parts = urlsplit(url)
            place = parts.netloc.rpartition("@")[2]
            yield urlunsplit(parts._replace(netloc=f"{owner}:owner@{place}"))
        finally:
            admin.execute(SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(Identifier(owner)))
            admin.execute(SQL("DROP OWNED BY {}").format(Identifier(owner)))
            admin.execute(SQL("DROP ROLE {}").format(Identifier(owner)))


def books_of(store: SqlStore, organisation: str) -> None:
    """Open books with a customer of the same id in each."""
    with store.transaction(organisation) as tx:
        party = Party(name=f"Customer of {organisation}")
        tx.save(Organisation(id=organisation, party=party, currency="XOF"), expected=NEW)
        tx.save(Customer(id="acme", party=party), expected=NEW)
        tx.append(CustomerSaved(customer_id="acme"), at=NOW, known_on=TODAY, user="awa")
        tx.next_number("invoice", 2026)
        tx.remember("key", "request", organisation, at=NOW)
    store.advance(organisation, "search", 1)
    name = CustomerName(customer_id="acme", name=f"Customer of {organisation}", version=1)
    SqlSearch(store.database).put_customers(organisation, [name])


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """A database with the books of two."""
    with plain_owner() as url, closing(SqlStore(open_database(url))) as store:
        books_of(store, US)
        books_of(store, THEM)
        yield store.database


def tables_of_books(database: Database) -> list[str]:
    with database.reading() as connection:
        return sorted({name for (name,) in connection.rows(database.table_names)} - NO_BOOKS)


def seen(database: Database, organisation: str) -> dict[str, set[str]]:
    """Whose rows a query sees that forgets to ask for one organisation."""
    with database.reading(organisation) as connection:
        return {
            table: {whose for (whose,) in connection.rows(f"SELECT organisation FROM {table}")}
            for table in tables_of_books(database)
        }


def test_every_table_of_books_has_the_policy_and_forces_it(database: Database) -> None:
    with database.reading() as connection:
        rows = connection.rows(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
    walls = {name: (has, forced) for name, has, forced in rows if name not in NO_BOOKS}
    assert set(walls) == set(tables_of_books(database))
    assert len(walls) >= 9
    assert set(walls.values()) == {(True, True)}


def test_a_query_without_the_organisation_sees_its_own_rows_only(database: Database) -> None:
    for organisation in (US, THEM):
        found = seen(database, organisation)
        assert all(whose <= {organisation} for whose in found.values())
        assert sum(whose == {organisation} for whose in found.values()) >= 7


def test_a_connection_that_names_no_organisation_sees_no_books_at_all(database: Database) -> None:
    assert set().union(*seen(database, "").values()) == set()
    with database.raw() as raw:
        assert raw.execute("SELECT count(*) FROM record").fetchone() == (0,)


def test_who_asks_which_organisations_there_are_sees_nothing_else_of_them(
    database: Database,
) -> None:
    assert SqlStore(database).organisations() == (US, THEM)
    with database.reading(EVERY_ORGANISATION) as connection:
        assert {kind for (kind,) in connection.rows("SELECT kind FROM record")} == {"organisation"}
        for table in tables_of_books(database):
            if table != "record":
                assert not connection.rows(f"SELECT 1 FROM {table}")


@pytest.mark.parametrize("table", ["record", "event", "counter", "personal_key"])
def test_nobody_changes_or_removes_the_rows_of_another(database: Database, table: str) -> None:
    before = seen(database, THEM)
    with database.writing(US) as connection:
        assert connection.execute(f"DELETE FROM {table} WHERE organisation = 'rival'") == 0
        changed = f"UPDATE {table} SET organisation = 'lagune' WHERE organisation = 'rival'"
        assert connection.execute(changed) == 0
    assert seen(database, THEM) == before


def test_nobody_writes_a_row_into_another_s_books(database: Database) -> None:
    sql = "INSERT INTO counter (organisation, series, year, last) VALUES ('rival', 'x', 1, 1)"
    with pytest.raises(ConfigurationError) as refusal, database.writing(US) as connection:
        connection.execute(sql)
    assert isinstance(refusal.value.__cause__, InsufficientPrivilege)
    moved = "UPDATE counter SET organisation = 'rival', year = 1"
    with pytest.raises(ConfigurationError), database.writing(US) as connection:
        connection.execute(moved)


def test_the_organisation_ends_with_its_transaction(database: Database) -> None:
    for _ in range(12):  # a pool lends the same connection again
        with database.reading(US) as connection:
            assert connection.rows("SELECT 1 FROM record")
        with database.reading() as connection:
            assert not connection.rows("SELECT 1 FROM record")


def test_a_strange_organisation_is_a_text_and_no_sql(database: Database) -> None:
    for strange in ("'; RESET net30.organisation; --", "a\\'b", "%s", "é"):
        with database.reading(strange) as connection:
            assert connection.row("SELECT current_setting('net30.organisation')") == (strange,)
            assert not connection.rows("SELECT 1 FROM record")


def test_without_its_policy_a_table_tells_everything() -> None:
    """The mutant: the wall is taken away, and what sees through is found by the same look."""
    with plain_owner() as url, closing(SqlStore(open_database(url))) as store:
        books_of(store, US)
        books_of(store, THEM)
        with store.database.writing() as connection:
            connection.execute("ALTER TABLE record DISABLE ROW LEVEL SECURITY")
        assert seen(store.database, US)["record"] == {US, THEM}
        assert seen(store.database, US)["event"] == {US}


def test_it_is_told_whether_the_wall_holds(database: Database, tmp_path: Path) -> None:
    assert SqlStore(database).wall() == "in_force"
    with postgres_url() as url, closing(SqlStore(open_database(url))) as store:
        assert store.wall() == "bypassed"  # the tests' user is a superuser
    with closing(SqlStore(open_database(f"sqlite:///{tmp_path}/net30.db"))) as store:
        assert store.wall() == "none"
