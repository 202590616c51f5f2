"""The first schema: records, events, counters, idempotency keys, checkpoints."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    _record()
    op.create_table(
        "event",
        sa.Column("organisation", _TEXT, primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("body", _TEXT, nullable=False),
        sa.Column("recorded_at", _TEXT, nullable=False),
        sa.Column("known_on", _TEXT, nullable=False),
        sa.Column("recorded_by", _TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counter",
        sa.Column("organisation", _TEXT, primary_key=True),
        sa.Column("series", _TEXT, primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "idempotency",
        sa.Column("organisation", _TEXT, primary_key=True),
        sa.Column("key", _TEXT, primary_key=True),
        sa.Column("request", _TEXT, nullable=False),
        sa.Column("answer", _TEXT, nullable=False),
        sa.Column("remembered_at", _TEXT, nullable=False),
    )
    op.create_index("idempotency_age", "idempotency", ["organisation", "remembered_at"])
    op.create_table(
        "checkpoint",
        sa.Column("organisation", _TEXT, primary_key=True),
        sa.Column("projection", _TEXT, primary_key=True),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _record() -> None:
    op.create_table(
        "record",
        sa.Column("organisation", _TEXT, primary_key=True),
        sa.Column("kind", _TEXT, primary_key=True),
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", _TEXT, nullable=False),
        sa.Column("number", _TEXT),
        sa.Column("external", _TEXT),
        sa.Column("customer", _TEXT),
        sa.Column("name", _TEXT),
        sa.Column("parent", _TEXT),
    )
    for key in ("number", "external", "customer", "name", "parent"):
        there = sa.text(f"{key} IS NOT NULL")
        op.create_index(
            f"record_{key}",
            "record",
            ["organisation", "kind", key],
            unique=key in {"number", "external"},
            sqlite_where=there,
            postgresql_where=there,
        )
    is_organisation = sa.text("kind = 'organisation'")
    op.create_index(
        "record_organisations",
        "record",
        ["organisation"],
        sqlite_where=is_organisation,
        postgresql_where=is_organisation,
    )
