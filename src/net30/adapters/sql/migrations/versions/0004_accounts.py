"""Accounts: users, memberships, sessions, keys, links; and the audit's chains."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "account",
        sa.Column("kind", _TEXT, primary_key=True),
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("name", _TEXT),
        sa.Column("owner", _TEXT),
        sa.Column("organisation", _TEXT),
        sa.Column("ends_at", _TEXT),
        sa.Column("body", _TEXT, nullable=False),
    )
    for column in ("name", "owner", "organisation", "ends_at"):
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"account_{column}",
            "account",
            [column] if column == "ends_at" else ["kind", column],
            unique=column == "name",
            sqlite_where=there,
            postgresql_where=there,
        )
    op.create_table(
        "audit",
        sa.Column("chain", _TEXT, primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        *(
            sa.Column(name, _TEXT, nullable=False)
            for name in (
                "noted_at",
                "actor",
                "action",
                "target",
                "source",
                "detail",
                "before_hash",
                "hash",
            )
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("audit_source", "audit", ["chain", "source"], unique=True)
