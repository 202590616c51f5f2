"""Documents: what each thing of the books is written as, and under which id.

The body is the text that SQL keeps too: Cosmos would take its numbers for floating ones.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256

from net30.adapters.cosmos.partition import Document
from net30.domain.aggregates import Aggregate, keys_of
from net30.domain.audit import AuditEntry
from net30.domain.identity.records import AccountKey, AccountRecord, account_keys
from net30.kernel.errors import InputError
from net30.stored import account_rows
from net30.stored.codec import encode
from net30.stored.refusals import NAMES

PLAIN = re.compile(r"[A-Za-z0-9._@-]")
ID_CHARACTERS_MAX = 900
WITHIN = "within"
"""AccountKey.ORGANISATION; the partition key has the name `organisation`."""


def record_id(kind: type, aggregate_id: str) -> str:
    """Return the id of an aggregate's document."""
    return f"record:{NAMES[kind]}:{_plain(aggregate_id)}"


def record(aggregate: Aggregate, *, version: int, born: int) -> Document:
    """Return an aggregate's document; `born` is the commit that it was new in."""
    kind = type(aggregate)
    return {
        "id": record_id(kind, aggregate.id),
        "type": "record",
        "kind": NAMES[kind],
        "aggregate": aggregate.id,
        "version": version,
        "born": born,
        "body": encode(aggregate),
        **{key.value: value for key, value in keys_of(aggregate).items()},
    }


def event_id(sequence: int) -> str:
    """Return the id of an event's document."""
    return f"event:{sequence:015}"


def pad_id(key: str) -> str:
    """Return the id of what opens a personal text in an event."""
    return f"pad:{_plain(key)}"


def answer_id(key: str) -> str:
    """Return the id of the answer that an idempotency key stands for."""
    return f"answer:{_hashed(key)}"


def checkpoint_id(projection: str) -> str:
    """Return the id of how far a projection has come."""
    return f"checkpoint:{_plain(projection)}"


def account_id(kind: type, record_id: str) -> str:
    """Return the id of an account record's document."""
    return f"account:{account_rows.NAMES[kind]}:{_plain(record_id)}"


def account(one: AccountRecord) -> Document:
    """Return the document of a user, membership, session, key or link."""
    kind, end, keys = type(one), account_rows.end_of(one), account_keys(one)
    found = {
        "id": account_id(kind, one.id),
        "type": "account",
        "kind": account_rows.NAMES[kind],
        "record": one.id,
        "body": encode(one),
        "name": keys.get(AccountKey.NAME),
        "owner": keys.get(AccountKey.OWNER),
        WITHIN: keys.get(AccountKey.ORGANISATION),
        "ends_at": moment(end) if end else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def note_id(chain: str, source: str) -> str:
    """Return the id of an entry of the audit: the same source is the same document."""
    return f"audit:{_hashed(chain)[:32]}:{_hashed(source)}"


def note(entry: AuditEntry) -> Document:
    """Return the document of an entry of the audit."""
    return {"id": note_id(entry.chain, entry.source), "type": "audit", **asdict(entry)}


def chain_id(chain: str) -> str:
    """Return the id of the head of a chain of the audit."""
    return f"chain:{_hashed(chain)[:32]}"


def moment(at: datetime) -> str:
    """Return a moment as it is kept: in UTC, so that texts sort as moments do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def check_text(text: str) -> None:
    """Raise InputError for what is no text: half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            "the text has a character that is none (half of a surrogate pair)",
            hint="write the text again",
            code="text",
        ) from error


def _hashed(text: str) -> str:
    check_text(text)
    return sha256(text.encode()).hexdigest()


def _plain(text: str) -> str:
    r"""Return an id without what Cosmos forbids in one (/ \ ? #); no two become the same."""
    check_text(text)
    made = "".join(
        one if PLAIN.fullmatch(one) else "".join(f"={byte:02x}" for byte in one.encode())
        for one in text
    )
    return made if len(made) <= ID_CHARACTERS_MAX else f"=={_hashed(text)}"
