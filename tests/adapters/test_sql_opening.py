"""Opening a database: what is made, what is refused, and in which words."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from net30.adapters.sql import Connection, Database, SqlStore, build, open_database
from net30.adapters.sql.opening import connect
from net30.adapters.sql.postgres import CONNECTIONS_MAX, Postgres
from net30.adapters.sql.schema import known_versions, migrate, version_of
from net30.adapters.sql.sqlite import Sqlite
from net30.adapters.sql.store import SqlTransaction
from net30.domain.customer import Customer
from net30.kernel.errors import ConfigurationError, Net30Error, NotFound, Unavailable
from net30.ports.store import NEW
from tests.databases import fresh, postgres_url, sqlite_url
from tests.samples import ACME

NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[None]:
    """Become a user without rights, if this process may; it has none to lose otherwise."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_database_is_made_with_its_folder(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path}/var/deep/net30.db")) as database:
        assert database.dialect == "sqlite"
        assert version_of(database) == known_versions()[-1]
        with database.writing() as connection:
            assert connection.dialect == "sqlite"
            assert connection.row("PRAGMA journal_mode") == ("wal",)
            assert connection.row("PRAGMA synchronous") == (2,)
            assert connection.row("PRAGMA foreign_keys") == (1,)
            assert connection.row("PRAGMA busy_timeout") == (10_000,)
    assert (tmp_path / "var/deep/net30.db").exists()


def test_a_path_may_be_relative_and_hold_spaces_and_accents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    open_database("sqlite:///livres comptables/société?.db").close()
    assert (tmp_path / "livres comptables" / "société?.db").exists()


def test_a_database_without_a_path_is_gone_after_use() -> None:
    database = open_database("sqlite://")
    place = Path(database.place)
    assert place.exists()
    database.close()
    assert not place.exists()


def test_what_was_kept_is_there_after_opening_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/net30.db"
    with closing(build(url)) as store, store.transaction("us") as tx:
        tx.save(ACME, expected=NEW)
    with closing(build(url)) as store, store.reading("us") as books:
        assert books.load(Customer, "acme").value == ACME


def test_a_transaction_that_has_failed_answers_no_more(tmp_path: Path) -> None:
    left: list[Connection] = []

    def fail(database: Database) -> None:
        with database.writing() as connection:
            left.append(connection)
            raise NotFound("nothing there")

    with closing(open_database(sqlite_url(tmp_path))) as database:
        with pytest.raises(NotFound):
            fail(database)
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            left[0].execute("DELETE FROM record")


def test_a_view_of_sqlite_cannot_write(tmp_path: Path) -> None:
    with (
        closing(open_database(sqlite_url(tmp_path))) as database,
        database.reading() as connection,
        pytest.raises(ConfigurationError),
    ):
        connection.execute("DELETE FROM record")


@pytest.mark.parametrize("url", ["", "mysql://x", "net30.db", "sqlite:net30.db"])
def test_a_url_of_another_shape_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        open_database(url)
    assert "sqlite:///var/net30.db" in refused.value.hint


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Acme, " * 1000)
    with pytest.raises(ConfigurationError, match="not a net30 database"):
        open_database(f"sqlite:///{file}")
    assert file.read_text() == "Dear Acme, " * 1000


def test_another_program_s_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE visits (url TEXT)")
    with pytest.raises(ConfigurationError, match="belongs to another program"):
        open_database(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("visits",)]


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        open_database(f"sqlite:///{tmp_path}")


def test_a_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError) as refused:
        open_database(f"sqlite:///{tmp_path}/file/net30.db")
    assert "NET30_DATABASE_URL" in refused.value.hint


def test_a_read_only_file_is_refused_when_something_is_written(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    path = Path(url.removeprefix("sqlite:///"))
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    path.chmod(0o444)
    before = path.read_bytes()
    with as_nobody(), pytest.raises(ConfigurationError) as refused:
        _save_acme(url)
    assert "right to write" in refused.value.hint or "may be written" in refused.value.hint
    assert path.read_bytes() == before


def _save_acme(url: str) -> None:
    with closing(build(url)) as store, store.transaction("us") as tx:
        tx.save(ACME, expected=NEW)


def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    with as_nobody(), pytest.raises(ConfigurationError) as refused:
        open_database(f"sqlite:///{tmp_path}/locked/deep/net30.db")
    assert refused.value.hint


def test_a_full_disk_stops_the_change_whole(tmp_path: Path) -> None:
    with closing(build(sqlite_url(tmp_path))) as store:
        with store.database.writing() as connection:
            pages = connection.rows("PRAGMA page_count")[0][0]
            connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(Unavailable, match="no space is left") as refused:
            _save_much(store)
        assert refused.value.hint == "free some disk space"
        with store.reading("us") as books:
            assert books.page(Customer) == ()
            assert books.events() == ()


def _save_much(store: SqlStore) -> None:
    with store.transaction("us") as tx:
        tx.save(ACME, expected=NEW)
        tx.save(Customer(id="big", party=ACME.party, notes="x" * 100_000), expected=NEW)


def test_a_database_of_a_newer_net30_is_refused_and_left_alone(tmp_path: Path) -> None:
    for dialect in ("sqlite", "postgresql"):
        with fresh(dialect, tmp_path) as url:
            with closing(open_database(url)) as database, database.writing() as connection:
                connection.execute("UPDATE alembic_version SET version_num = '9999'")
            with pytest.raises(ConfigurationError, match="has schema 9999") as refused:
                open_database(url)
            assert "newer net30" in refused.value.hint
            with closing(connect(url)) as database:
                assert version_of(database) == "9999"


def test_another_program_that_holds_the_file_makes_us_wait_then_say_so(
    tmp_path: Path,
) -> None:
    path = sqlite_url(tmp_path).removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with closing(SqlStore(Database(Sqlite(path, wait_seconds=0.2)))) as store:
            with pytest.raises(Unavailable) as refused, store.transaction("us"):
                pass
            assert refused.value.code == "busy"
            other.execute("ROLLBACK")
            with store.transaction("us") as tx:
                tx.save(ACME, expected=NEW)


def test_a_transaction_that_takes_too_long_makes_the_next_one_come_back_later(
    tmp_path: Path,
) -> None:
    path = sqlite_url(tmp_path).removeprefix("sqlite:///")
    with closing(SqlStore(Database(Sqlite(path, wait_seconds=0.1)))) as store:
        with store.transaction("us"), pytest.raises(Unavailable) as refused:
            store.advance("us", "search", 1)
        assert refused.value.code == "busy"
        store.advance("us", "search", 1)


# --- PostgreSQL --------------------------------------------------------------------------------


def test_a_postgresql_database_is_filled_on_first_use() -> None:
    with postgres_url(empty=True) as url, closing(open_database(url)) as database:
        assert database.dialect == "postgresql"
        assert version_of(database) == known_versions()[-1]
        assert migrate(database).before == known_versions()[-1]


@pytest.mark.parametrize("scheme", ["postgres:", "postgresql+psycopg:"])
def test_other_spellings_of_postgresql_are_understood(scheme: str) -> None:
    with postgres_url() as url:
        open_database(scheme + url.partition(":")[2]).close()


def test_a_server_that_is_down_is_unavailable_and_its_password_is_not_told() -> None:
    with pytest.raises(Unavailable) as refused:
        open_database("postgresql://awa:s3cret@127.0.0.1:1/books")
    assert "127.0.0.1/books" in refused.value.message
    assert "s3cret" not in f"{refused.value.message} {refused.value.hint}"


def test_a_database_that_the_server_lacks_is_a_wrong_setting() -> None:
    with postgres_url() as url:
        missing = url
    with pytest.raises(ConfigurationError) as refused:
        open_database(missing)
    assert "NET30_DATABASE_URL" in refused.value.hint


def test_a_url_that_libpq_cannot_read_is_a_wrong_setting() -> None:
    with pytest.raises(ConfigurationError):
        open_database("postgresql://localhost/books?colour=blue")


def test_a_lost_connection_is_unavailable_once_and_then_replaced() -> None:
    with postgres_url() as url, closing(build(url)) as store:
        with store.transaction("us") as tx:
            tx.save(ACME, expected=NEW)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with pytest.raises(Unavailable) as refused, store.reading("us"):
            pass
        assert "idempotency key" in refused.value.hint
        with store.reading("us") as books:
            assert books.load(Customer, "acme").value == ACME


def test_a_connection_that_is_lost_half_way_leaves_nothing() -> None:
    with postgres_url() as url, closing(build(url)) as store:

        def lose() -> None:
            with store.database.writing() as connection:
                SqlTransaction(connection, "us").save(ACME, expected=NEW)
                connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")

        with pytest.raises(Unavailable):
            lose()
        with store.reading("us") as books:
            assert books.page(Customer) == ()


def test_a_change_of_which_a_part_failed_is_not_acknowledged() -> None:
    def ignore_a_failure() -> None:
        with store.database.writing() as connection:
            SqlTransaction(connection, "us").save(ACME, expected=NEW)
            with pytest.raises(psycopg.Error):
                connection.execute("SELECT nothing FROM nowhere")

    with postgres_url() as url, closing(build(url)) as store:
        with pytest.raises(Unavailable) as refused:
            ignore_a_failure()
        assert refused.value.code == "undone"
        with store.reading("us") as books:
            assert books.page(Customer) == ()


def test_a_user_who_may_not_make_tables_is_told_so() -> None:
    with postgres_url(empty=True) as url:
        name = f"guest_{uuid4().hex}"
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(name)))
        try:
            parts = urlsplit(url)
            netloc = f"{name}@{parts.netloc.rpartition('@')[2]}"
            with pytest.raises(ConfigurationError, match="lacks a right"):
                open_database(urlunsplit(parts._replace(netloc=netloc)))
        finally:
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute(SQL("DROP ROLE {}").format(Identifier(name)))


def test_an_organisation_whose_books_are_held_too_long_is_busy() -> None:
    with (
        postgres_url() as url,
        closing(build(url)) as store,
        closing(SqlStore(Database(Postgres(url, wait_seconds=0.1)))) as hurried,
        store.transaction("us"),
    ):
        with hurried.transaction("them") as tx:  # another organisation's are free
            tx.save(ACME, expected=NEW)
        with pytest.raises(Unavailable) as refused, hurried.transaction("us"):
            pass
        assert refused.value.code == "busy"


def test_an_eleventh_request_at_once_waits_for_a_connection_then_is_told_to_come_back() -> None:
    with (
        postgres_url() as url,
        closing(SqlStore(Database(Postgres(url, wait_seconds=0.1)))) as store,
        ExitStack() as views,
    ):
        for _ in range(CONNECTIONS_MAX):
            views.enter_context(store.reading("us"))
        with pytest.raises(Unavailable, match=r"busy for 0\.1 seconds"), store.reading("us"):
            pass


def test_a_fault_in_our_own_sql_is_not_dressed_up(tmp_path: Path) -> None:
    for dialect in ("sqlite", "postgresql"):
        with fresh(dialect, tmp_path) as url, closing(open_database(url)) as database:
            with (
                pytest.raises((sqlite3.Error, psycopg.Error)) as fault,
                database.reading() as connection,
            ):
                connection.rows("SELECT nothing FROM nowhere")
            assert not isinstance(fault.value, Net30Error)


# --- what a start costs ------------------------------------------------------------------------


def test_opening_a_database_that_is_up_to_date_imports_no_heavy_package(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    heavy = "{'sqlalchemy', 'alembic', 'pydantic', 'psycopg', 'asyncio'}"
    code = (
        "import sys; from net30.adapters.sql import build; "
        f"build({url!r}).close(); print({heavy} & sys.modules.keys())"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
