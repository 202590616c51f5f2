"""Tables: the newest schema, which the migrations must lead to.

Every table of books has the organisation first in its key, so no index mixes two tenants. Only the
migrations and their tests import this file; the statements of store.py are plain SQL.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, text

metadata = MetaData()

# Byte order, so that both databases sort ids alike and an index serves the paging.
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")

record = Table(
    "record",
    metadata,
    Column("organisation", _TEXT, primary_key=True),
    Column("kind", _TEXT, primary_key=True),
    Column("id", _TEXT, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", _TEXT, nullable=False),
    Column("number", _TEXT),
    Column("external", _TEXT),
    Column("customer", _TEXT),
    Column("name", _TEXT),
    Column("parent", _TEXT),
)
"""One aggregate a row: its JSON, and the keys that it is found by."""

for _key, _unique in {
    "number": True,
    "external": True,
    "customer": False,
    "name": False,
    "parent": False,
}.items():
    _there = text(f"{_key} IS NOT NULL")
    Index(
        f"record_{_key}",
        record.c.organisation,
        record.c.kind,
        record.c[_key],
        unique=_unique,
        sqlite_where=_there,
        postgresql_where=_there,
    )

_is_organisation = text("kind = 'organisation'")
Index(
    "record_organisations",
    record.c.organisation,
    sqlite_where=_is_organisation,
    postgresql_where=_is_organisation,
)

event = Table(
    "event",
    metadata,
    Column("organisation", _TEXT, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("id", _TEXT, nullable=False),
    Column("name", _TEXT, nullable=False),
    Column("body", _TEXT, nullable=False),
    Column("recorded_at", _TEXT, nullable=False),
    Column("known_on", _TEXT, nullable=False),
    Column("recorded_by", _TEXT, nullable=False),
    sqlite_with_rowid=False,
)
"""What happened, in each organisation's own order: 1, 2, 3 without a gap."""

event_name = Table(
    "event_name",
    metadata,
    Column("organisation", _TEXT, primary_key=True),
    Column("name", _TEXT, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""The ids that each event has in it; no other word of it."""

counter = Table(
    "counter",
    metadata,
    Column("organisation", _TEXT, primary_key=True),
    Column("series", _TEXT, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""The last number given in a series and year."""

idempotency = Table(
    "idempotency",
    metadata,
    Column("organisation", _TEXT, primary_key=True),
    Column("key", _TEXT, primary_key=True),
    Column("request", _TEXT, nullable=False),
    Column("answer", _TEXT, nullable=False),
    Column("remembered_at", _TEXT, nullable=False),
    Index("idempotency_age", "organisation", "remembered_at"),
)
"""The answers of requests that may come again."""

personal_key = Table(
    "personal_key",
    metadata,
    Column("organisation", _TEXT, primary_key=True),
    Column("id", _TEXT, primary_key=True),
    Column("customer", _TEXT, nullable=False),
    Column("pad", _TEXT, nullable=False),
    Index("personal_key_customer", "organisation", "customer"),
    sqlite_with_rowid=False,
)
"""What opens a personal text in an event; without its row the text is gone for ever."""

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("organisation", _TEXT, primary_key=True),
    Column("projection", _TEXT, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How far each projection has read the events."""

claim = Table(
    "claim",
    metadata,
    Column("organisation", _TEXT, primary_key=True),
    Column("name", _TEXT, primary_key=True),
    Column("holder", _TEXT, nullable=False),
    Column("held_until", _TEXT, nullable=False),
    sqlite_with_rowid=False,
)
"""What one process does now and no other may; of this moment, so no copy has it."""

account = Table(
    "account",
    metadata,
    Column("kind", _TEXT, primary_key=True),
    Column("id", _TEXT, primary_key=True),
    Column("name", _TEXT),
    Column("owner", _TEXT),
    Column("organisation", _TEXT),
    Column("ends_at", _TEXT),
    Column("body", _TEXT, nullable=False),
)
"""One user, membership, session, key or link a row; beside the organisations, not in one."""

for _column in ("name", "owner", "organisation"):
    _there = text(f"{_column} IS NOT NULL")
    Index(
        f"account_{_column}",
        account.c.kind,
        account.c[_column],
        unique=_column == "name",
        sqlite_where=_there,
        postgresql_where=_there,
    )
_there = text("ends_at IS NOT NULL")
Index("account_ends_at", account.c.ends_at, sqlite_where=_there, postgresql_where=_there)

audit = Table(
    "audit",
    metadata,
    Column("chain", _TEXT, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("noted_at", _TEXT, nullable=False),
    Column("actor", _TEXT, nullable=False),
    Column("action", _TEXT, nullable=False),
    Column("target", _TEXT, nullable=False),
    Column("source", _TEXT, nullable=False),
    Column("detail", _TEXT, nullable=False),
    Column("before_hash", _TEXT, nullable=False),
    Column("hash", _TEXT, nullable=False),
    Index("audit_source", "chain", "source", unique=True),
    sqlite_with_rowid=False,
)
"""Who did what; each entry has the hash of the one before it in its chain."""
