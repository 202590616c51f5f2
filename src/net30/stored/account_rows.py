"""Account rows: when a record ends, and why one is not written, the same for each database."""

from __future__ import annotations

from datetime import UTC, datetime

from net30.domain.identity.guesses import Guesses
from net30.domain.identity.one_time_link import OneTimeLink
from net30.domain.identity.records import ACCOUNT_KINDS, AccountKey, AccountRecord, account_keys
from net30.domain.identity.session import Session
from net30.domain.identity.sign_in_step import SignInStep
from net30.kernel.errors import Conflict, NotFound

NAMES: dict[type, str] = {kind: name for name, kind in ACCOUNT_KINDS.items()}
"""The stored name of each kind."""


def end_of(record: AccountRecord) -> datetime | None:
    """Return from when on a record may be forgotten; None: never."""
    # A key stays: the audit and its user want to see what it was.
    if isinstance(record, Session | OneTimeLink | Guesses | SignInStep):
        return record.expires_at.astimezone(UTC)
    return None


def missing(kind: type, record_id: str) -> NotFound:
    """Return the refusal of a record that is not there."""
    return NotFound(f"there is no {_words(kind)} {record_id!r}", hint="check the id")


def taken(record: AccountRecord) -> Conflict:
    """Return the refusal of a record whose id or name another has."""
    name = account_keys(record).get(AccountKey.NAME, "")
    return Conflict(
        f"there is a {_words(type(record))} {name or record.id!r} already",
        hint="change that one, or choose another name",
        code="exists",
    )


def _words(kind: type) -> str:
    return NAMES[kind].replace("_", " ")
