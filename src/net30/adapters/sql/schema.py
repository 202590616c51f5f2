"""Schema: which version a database is of, and the way up to this one."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from net30.adapters.sql.database import Database
from net30.kernel.errors import ConfigurationError

_VERSIONS = Path(__file__).parent / "migrations" / "versions"
_VERSION_TABLE = "alembic_version"


@dataclass(frozen=True, slots=True)
class Migration:
    """What an upgrade did: the schema before (empty: a new database) and after, and the copy."""

    before: str
    after: str
    backup: str = ""


def known_versions() -> tuple[str, ...]:
    """Return the schema versions that this net30 knows, oldest first; the file names say them."""
    return tuple(sorted(file.name[:4] for file in _VERSIONS.glob("[0-9]*.py")))


def version_of(database: Database) -> str:
    """Return the schema version of a database; empty when it has no table yet.

    Raises ConfigurationError when its tables are not net30's.
    """
    with database.reading() as connection:
        names = {name for (name,) in connection.rows(database.table_names)}
        if _VERSION_TABLE in names:
            found = connection.row("SELECT version_num FROM alembic_version")
            return str(found[0]) if found else ""
    if names:
        raise ConfigurationError(
            f"the database {database.place} belongs to another program",
            hint="name an empty or a net30 database in NET30_DATABASE_URL",
            code="foreign_database",
        )
    return ""


def migrate(database: Database) -> Migration:
    """Bring a database to the newest schema; nothing happens when it is there already.

    Raises ConfigurationError when a newer net30 wrote it.
    """
    before, newest = version_of(database), known_versions()[-1]
    if before == newest:
        return Migration(before, newest)
    if before > newest:
        raise ConfigurationError(
            f"the database {database.place} has schema {before}; this net30 knows {newest}",
            hint="install the newer net30 that wrote it; nothing was changed",
            code="newer_database",
        )
    backup = database.back_up(before) if before else ""
    # Alembic and SQLAlchemy take longer to import than a command takes to run.
    import_module("net30.adapters.sql.migrations").upgrade(database, newest)
    return Migration(before, newest, backup)
