"""SQLite: the database as one file, for one machine; the default."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from net30.adapters.sql.connection import WAIT_SECONDS
from net30.adapters.sql.gate import Gate
from net30.adapters.sql.presence import Presence, in_use, moving
from net30.kernel.errors import ConfigurationError, Unavailable

READERS_MAX = 16
STATEMENTS_CACHED = 256
WAL_BYTES_KEPT = 64 * 2**20
"""The write-ahead log is cut back to this after a large import."""

_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    # FULL: NORMAL may lose the last invoices when the power goes.
    "PRAGMA synchronous = FULL",
    f"PRAGMA journal_size_limit = {WAL_BYTES_KEPT}",
    # What is deleted (a conversation) is overwritten, not only unlinked.
    "PRAGMA secure_delete = ON",
)


class Sqlite:
    """A SQLite file in WAL mode; without a path, a file of its own that is gone after close()."""

    name = "sqlite"
    readers_max = READERS_MAX
    has_one_writer = True
    driver_error = sqlite3.Error
    table_names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"

    def __init__(self, path: str, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self.wait_seconds = wait_seconds
        self._own: TemporaryDirectory[str] | None = None
        if not path:
            self._own = TemporaryDirectory(prefix="net30-", ignore_cleanup_errors=True)
            path = f"{self._own.name}/net30.db"
        self.path = Path(path).absolute()
        self.place = str(self.path)
        self._gate = Gate(self.path.with_name(f"{self.path.name}-turn"), wait_seconds)
        self._presence = Presence(self.path.with_name(f"{self.path.name}-open"))

    def enter(self, *, alone: bool) -> None:
        """Take part in the file until it is closed, with others or alone (Dialect.enter)."""
        with suppress(OSError):  # connect() says better what is wrong with the folder
            self.path.parent.mkdir(parents=True, exist_ok=True)
        if not self._presence.enter(alone=alone):
            raise in_use(self.place) if alone else moving(self.place)

    def connect(self, *, writing: bool) -> sqlite3.Connection:
        """Open the file, make it when it is absent; raise ConfigurationError when it cannot be."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            raw = sqlite3.connect(
                self.path,
                timeout=self.wait_seconds,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=STATEMENTS_CACHED,
            )
        except (sqlite3.Error, OSError) as error:
            raise self._cannot_open(str(error)) from error
        try:
            self._prepare(raw, writing=writing)
        except sqlite3.Error as error:
            raw.close()
            raise self.explain(error) from error
        return raw

    def begin(self, cursor: Any, organisation: str, *, writing: bool, alone: bool) -> None:  # noqa: ARG002 a file has no row-level security, and one writer
        """Begin a view or a transaction."""
        if writing:
            self._gate.begin(cursor)
        else:
            cursor.execute("BEGIN")

    def turn_to(self, cursor: Any, organisation: str) -> None:
        """Do nothing: a file has no row-level security."""

    def spell(self, sql: str) -> str:
        """Return the statement unchanged: SQLite knows :name."""
        return sql

    def explain(self, error: Exception) -> Exception:
        """Return the error to show for SQLite's; faults of our own SQL come back as they are."""
        # An extended code begins with its plain one: SQLITE_BUSY_SNAPSHOT, SQLITE_IOERR_WRITE.
        name = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
        fault = _FAULTS.get(name)
        if fault is None:
            return error
        return fault.kind(f"{fault.message}: {self.place}", hint=fault.hint, code=fault.code)

    def in_transaction(self, raw: Any) -> bool:
        """Tell whether a transaction is open."""
        return bool(raw.in_transaction)

    def can_commit(self, raw: Any) -> bool:
        """Tell whether the transaction is still open: a full disk may have undone it."""
        return bool(raw.in_transaction)

    def back_up(self, version: str) -> str:
        """Copy the file to one beside it, named by its schema version; return the copy's path."""
        target = self.path.with_name(f"{self.path.name}.schema-{version}.bak")
        partial = target.with_name(f"{target.name}.partial")
        try:
            partial.unlink(missing_ok=True)
            with (
                closing(sqlite3.connect(self.path)) as source,
                closing(sqlite3.connect(partial)) as copy,
            ):
                source.backup(copy)
            partial.replace(target)
        except (sqlite3.Error, OSError) as error:
            raise ConfigurationError(
                f"the database cannot be copied to {target} before its upgrade: {error}",
                hint="free some space there; the database is unchanged",
                code="backup",
            ) from error
        return str(target)

    def close(self) -> None:
        """Give back the gate and the part in the file; remove it, if it was a temporary one."""
        self._gate.close()
        self._presence.leave()
        if self._own:
            self._own.cleanup()

    def _prepare(self, raw: sqlite3.Connection, *, writing: bool) -> None:
        for pragma in _PRAGMAS:
            raw.execute(pragma)
        if self._own:
            raw.execute("PRAGMA synchronous = OFF")  # nobody misses this file after a crash
        if writing:
            # Kept in the file from then on; readers opened it after a writer had.
            raw.execute("PRAGMA journal_mode = WAL")
        else:
            raw.execute("PRAGMA query_only = ON")

    def _cannot_open(self, reason: str) -> ConfigurationError:
        return ConfigurationError(
            f"the database {self.place} cannot be opened: {reason}",
            hint="check that the folder exists and may be written, or set NET30_DATABASE_URL",
            code="database_path",
        )


@dataclass(frozen=True, slots=True)
class _Fault:
    """What one of SQLite's error codes means to people."""

    kind: type[ConfigurationError | Unavailable]
    code: str
    message: str
    hint: str


_FAULTS = {
    "SQLITE_BUSY": _Fault(
        Unavailable,
        "busy",
        "another program holds the database",
        "try again, or find what else has the file open",
    ),
    "SQLITE_LOCKED": _Fault(Unavailable, "busy", "the database is locked", "try again in a moment"),
    "SQLITE_FULL": _Fault(
        Unavailable, "disk_full", "no space is left for the database", "free some disk space"
    ),
    "SQLITE_IOERR": _Fault(
        Unavailable, "disk", "the disk failed under the database", "check the disk and its space"
    ),
    "SQLITE_READONLY": _Fault(
        ConfigurationError,
        "read_only",
        "the database may not be written",
        "give net30 the right to write this file and its folder",
    ),
    "SQLITE_CANTOPEN": _Fault(
        ConfigurationError,
        "database_path",
        "the database cannot be opened",
        "check that the folder may be written, or set NET30_DATABASE_URL",
    ),
    "SQLITE_PERM": _Fault(
        ConfigurationError, "database_path", "the database may not be opened", "check its rights"
    ),
    "SQLITE_NOTADB": _Fault(
        ConfigurationError,
        "foreign_database",
        "the file is not a net30 database",
        "name another file in NET30_DATABASE_URL",
    ),
    "SQLITE_CORRUPT": _Fault(
        Unavailable,
        "damaged",
        "the database file is damaged",
        "stop net30 and restore the latest backup",
    ),
}


def dialect(url: str) -> Sqlite:
    """Return the SQLite file of a URL: sqlite:///relative, sqlite:////absolute, or sqlite://."""
    rest = url.partition(":")[2]
    if rest and not rest.startswith("//"):
        raise ConfigurationError(
            f"{url!r} names no database file",
            hint="write sqlite:///var/net30.db, with three strokes",
            code="database_url",
        )
    return Sqlite(rest.removeprefix("//").removeprefix("/"))
