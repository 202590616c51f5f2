"""Claims in SQL: a row for each thing that one process does now, with who it is and until when.

The names are gone through in their order, so that two who want the same never wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from net30.adapters.sql.connection import Connection
from net30.ports.store import Lease

TAKE = """
INSERT INTO claim (organisation, name, holder, held_until)
VALUES (:organisation, :name, :holder, :until)
ON CONFLICT (organisation, name) DO UPDATE
SET holder = excluded.holder, held_until = excluded.held_until
WHERE claim.holder = excluded.holder OR claim.held_until <= :now"""

OTHERS = """
SELECT name FROM claim
WHERE organisation = :organisation AND holder <> :holder AND held_until > :now"""

RENEW = """
UPDATE claim SET held_until = :until
WHERE organisation = :organisation AND name = :name AND holder = :holder"""

LET_GO = """
DELETE FROM claim WHERE organisation = :organisation AND name = :name AND holder = :holder"""

# An update and no question: on PostgreSQL nobody takes the claim over before we have committed.
STILL_HOLD = """
UPDATE claim SET holder = :holder
WHERE organisation = :organisation AND name = :name AND holder = :holder"""


def of_others(connection: Connection, organisation: str, lease: Lease) -> frozenset[str]:
    """Return what others hold now; whoever wants that need not write to be refused."""
    said = {"organisation": organisation, "holder": lease.holder, "now": _moment(lease.now)}
    return frozenset(str(name) for (name,) in connection.rows(OTHERS, said))


def take(
    connection: Connection, organisation: str, names: Collection[str], lease: Lease
) -> frozenset[str]:
    """Claim what nobody else holds; return what that is."""
    said = {
        "organisation": organisation,
        "holder": lease.holder,
        "now": _moment(lease.now),
        "until": _moment(lease.until),
    }
    return frozenset(
        name for name in sorted(names) if connection.execute(TAKE, said | {"name": name})
    )


def renew(
    connection: Connection, organisation: str, names: Collection[str], lease: Lease
) -> frozenset[str]:
    """Hold for longer what is still held; return what that is."""
    said = {
        "organisation": organisation,
        "holder": lease.holder,
        "until": _moment(lease.until),
    }
    return frozenset(
        name for name in sorted(names) if connection.execute(RENEW, said | {"name": name})
    )


def let_go(
    connection: Connection, organisation: str, names: Collection[str], holder: str
) -> frozenset[str]:
    """End claims; those of others stay. Return which have ended."""
    said = {"organisation": organisation, "holder": holder}
    return frozenset(
        name for name in sorted(names) if connection.execute(LET_GO, said | {"name": name})
    )


def still_holds(connection: Connection, organisation: str, name: str, holder: str) -> bool:
    """Tell whether a claim is still its holder's, and keep it so until the transaction ends."""
    said = {"organisation": organisation, "name": name, "holder": holder}
    return bool(connection.execute(STILL_HOLD, said))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
