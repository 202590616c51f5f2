"""Opening: from a URL to a database whose schema is the one this version writes."""

from __future__ import annotations

from net30.adapters.sql import schema, sqlite
from net30.adapters.sql.database import Database
from net30.kernel.errors import ConfigurationError
from net30.kernel.plugins import load

_POSTGRES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})


def open_database(url: str, *, alone: bool = False) -> Database:
    """Open sqlite:///path or postgresql://..., make it or bring its schema up to date.

    A SQLite file is copied beside itself before its schema changes. Until it is closed nobody can
    have it `alone`. Raises ConfigurationError for a URL, file or schema that net30 cannot use,
    Unavailable when the server is down, Conflict when it is not to be had alone.
    """
    database = connect(url)
    try:
        database.enter(alone=alone)
        schema.migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def connect(url: str) -> Database:
    """Return the database of a URL without looking at its schema."""
    scheme = url.partition(":")[0].lower()
    if scheme == "sqlite":
        return Database(sqlite.dialect(url))
    if scheme in _POSTGRES:
        return Database(load("net30.adapters.sql", "postgres", extra="postgres").dialect(url))
    raise ConfigurationError(
        f"{scheme!r} is not a database that net30 knows",
        hint="write sqlite:///var/net30.db or postgresql://user@host/name",
        code="database_url",
    )
