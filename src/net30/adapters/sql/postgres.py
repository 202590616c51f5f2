"""PostgreSQL: the database as a server, for several processes and machines."""

from __future__ import annotations

import re
import ssl
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo, TransactionStatus
from psycopg.sql import SQL, Composable, Literal

from net30.adapters.sql.connection import WAIT_SECONDS
from net30.adapters.sql.presence import ADVISORY, in_use, moving
from net30.kernel.errors import ConfigurationError, InputError, Net30Error, Unavailable
from net30.kernel.this_machine import is_this_machine

TENANT = "net30.organisation"
"""The variable that row-level security compares with (migration 0006)."""
CONNECTIONS_MAX = 10
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 60
PAUSE = "15min"
"""How long a backup may wait for its disk between two statements."""

_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"
_WHOSE = (
    SQL("SET LOCAL {0} = {1}"),
    # Readers see whole transactions; who changes the books queues up here until the commit.
    SQL("SELECT pg_advisory_xact_lock(hashtextextended({1}, 0))"),
)
_PARAMETER = re.compile(r"(?<!:):([a-z_]+)")


class Postgres:
    """A PostgreSQL database, reached through psycopg."""

    name = "postgresql"
    readers_max = CONNECTIONS_MAX
    has_one_writer = False
    driver_error = psycopg.Error
    table_names = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"

    def __init__(self, url: str, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self.wait_seconds = wait_seconds
        self._url = url
        self._options = (
            f"-c lock_timeout={wait_seconds * 1000:.0f} -c statement_timeout={STATEMENT_SECONDS}s"
            f" -c idle_in_transaction_session_timeout={STATEMENT_SECONDS}s"
        )
        parts = urlsplit(url)
        self.place = f"{parts.hostname or 'local'}/{parts.path.strip('/')}"
        self._alone: psycopg.Connection | None = None
        self._takes_part = False

    def enter(self, *, alone: bool) -> None:
        """Take part in the database until it is closed, with others or alone.

        With others each connection takes part by itself, so that a database server which was
        started anew knows of all; then `connect` raises Unavailable where somebody is alone.
        """
        self._takes_part = not alone
        if not alone:
            return
        raw = self._open()
        if not _taken(raw, "pg_try_advisory_lock"):
            raw.close()
            raise in_use(self.place)
        self._alone = raw

    def connect(self, *, writing: bool) -> psycopg.Connection:  # noqa: ARG002 one kind does both
        """Open a connection; ConfigurationError for a wrong URL, Unavailable when it is down."""
        raw = self._open()
        if self._takes_part and not _taken(raw, "pg_try_advisory_lock_shared"):
            raw.close()
            raise moving(self.place)
        return raw

    def _open(self) -> psycopg.Connection:
        try:
            return psycopg.connect(
                make_conninfo(self._url, **_tls(self._url)),
                autocommit=True,
                connect_timeout=CONNECT_SECONDS,
                options=self._options,
                application_name="net30",
            )
        except psycopg.Error as error:
            raise self._cannot_connect(error) from error

    def begin(self, cursor: Any, organisation: str, *, writing: bool, alone: bool) -> None:
        """Begin a view or a transaction, and tell the policies of the tables whose it is.

        All goes in one message; variable and lock last as long as the transaction.
        """
        said: list[Composable] = [SQL(_WRITE if writing else _READ)]
        said += [one.format(SQL(TENANT), Literal(organisation)) for one in _WHOSE[: 1 + alone]]
        cursor.execute(SQL("; ").join(said), prepare=False)

    def turn_to(self, cursor: Any, organisation: str) -> None:
        """Tell the policies of the tables whose rows are wanted from now on.

        Who goes through all organisations may pause longer than others between two statements.
        """
        said = [_WHOSE[0], SQL("SET LOCAL idle_in_transaction_session_timeout = {2}")]
        texts = [one.format(SQL(TENANT), Literal(organisation), Literal(PAUSE)) for one in said]
        cursor.execute(SQL("; ").join(texts), prepare=False)

    def spell(self, sql: str) -> str:
        """Return the statement with :name as %(name)s."""
        return _spelt(sql)

    def explain(self, error: Exception) -> Exception:
        """Return the error to show for PostgreSQL's; faults of our own SQL come back unchanged."""
        for kind, code, message, hint in _FAULTS:
            if isinstance(error, kind):
                return Unavailable(f"{message}: {self.place}", hint=hint, code=code)
        if isinstance(error, errors.InsufficientPrivilege):
            return ConfigurationError(
                f"the user of {self.place} lacks a right: {error}",
                hint="let NET30_DATABASE_URL name the owner of the database",
                code="database_rights",
            )
        if isinstance(error, psycopg.DataError):
            return InputError(
                "the text has a character that the database cannot keep",
                hint="leave out control characters",
                code="text",
            )
        return error

    def in_transaction(self, raw: Any) -> bool:
        """Tell whether a transaction is open, or the connection is lost."""
        return bool(raw.info.transaction_status != TransactionStatus.IDLE)

    def can_commit(self, raw: Any) -> bool:
        """Tell whether the transaction is open and no statement of it failed."""
        return bool(raw.info.transaction_status == TransactionStatus.INTRANS)

    def back_up(self, version: str) -> str:  # noqa: ARG002 the port of SQLite's copy
        """Return nothing: a server's backup is its administrator's, and DDL is transactional."""
        return ""

    def close(self) -> None:
        """Let others in again; all else is with the server."""
        if self._alone:
            self._alone.close()
            self._alone = None

    def _cannot_connect(self, error: psycopg.Error) -> Net30Error:
        # The driver's own text may quote the URL with its password, so it is not passed on.
        if _NO_TLS.search(str(error)):
            return ConfigurationError(
                f"no connection to the database {self.place} that others cannot read",
                hint="name its authority: ?sslrootcert=FILE in NET30_DATABASE_URL; or say "
                "?sslmode=disable where the network itself is trusted",
                code="database_tls",
            )
        if isinstance(error, psycopg.OperationalError) and not _REFUSED.search(str(error)):
            return Unavailable(
                f"the database {self.place} does not answer",
                hint="check that PostgreSQL runs and that NET30_DATABASE_URL names it",
                code="database",
            )
        return ConfigurationError(
            f"the database {self.place} refuses the connection",
            hint="check user, password and database name in NET30_DATABASE_URL",
            code="database_url",
        )


def _taken(raw: psycopg.Connection, lock: str) -> bool:
    """Take a lock that lasts as long as the connection; tell whether it was free."""
    row = raw.execute(f"SELECT {lock}({ADVISORY[0]}, {ADVISORY[1]})", prepare=False).fetchone()
    return bool(row and row[0])


_NO_TLS = re.compile("does not support SSL|certificate|SSL error|tlsv1 alert")

_REFUSED = re.compile("authentication failed|does not exist|pg_hba.conf|no password supplied")
"""What libpq says when asking again will not help; it gives no code while connecting."""

_FAULTS: tuple[tuple[type[psycopg.Error], str, str, str], ...] = (
    (errors.LockNotAvailable, "busy", "the books are busy", "try again in a moment"),
    (errors.QueryCanceled, "busy", "the database took too long", "ask for less at once"),
    (errors.DiskFull, "disk_full", "no space is left for the database", "free some disk space"),
    (errors.TooManyConnections, "busy", "the database has no connection left", "try again"),
    (
        errors.ReadOnlySqlTransaction,
        "read_only",
        "the database may not be written",
        "name the main server in NET30_DATABASE_URL",
    ),
    (
        psycopg.OperationalError,  # of which the above are kinds: lost, restarted, dead-locked
        "database",
        "the database went away; the last change may or may not be there",
        "send the same request with the same idempotency key",
    ),
)
"""What the driver's errors mean to people: class, code, message, hint; the first that fits."""


def dialect(url: str) -> Postgres:
    """Return the server of a URL: postgresql://user:password@host/database."""
    return Postgres("postgresql:" + url.partition(":")[2])


def _tls(url: str) -> dict[str, str]:
    """Return what makes libpq insist on TLS with the server's own name, off this machine.

    A URL that says sslmode is taken at its word; libpq's default would take plain text in silence.
    """
    given = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    # libpq's own defaults: PGHOST and the like
    usual = {one.keyword.decode(): (one.val or b"").decode() for one in Conninfo.get_defaults()}
    hosts = given.get("host") or given.get("hostaddr") or usual["host"] or usual["hostaddr"]
    if "sslmode" in given or all(_is_here(host) for host in hosts.split(",")):
        return {}
    if given.get("sslrootcert") or usual["sslrootcert"]:
        return {"sslmode": "verify-full"}
    return {"sslmode": "verify-full", "sslrootcert": _known_authorities()}


def _known_authorities() -> str:
    """Return the file of the authorities that this system knows.

    libpq's own word for it, "system", means a folder that the driver's wheel does not bring.
    """
    return ssl.get_default_verify_paths().cafile or "system"


def _is_here(host: str) -> bool:
    """Tell whether a host is this machine: a socket, a name or a loopback address of it."""
    return not host or host.startswith(("/", "@")) or is_this_machine(host)


@cache
def _spelt(sql: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))
