"""Personal texts that can be erased, and on PostgreSQL a second wall between organisations.

Row-level security lets a transaction see and write rows of one organisation only: the one that
its variable net30.organisation names, none while it names none. FORCE makes it hold for the owner
of the tables too; superusers and roles with BYPASSRLS pass all the same. `*` sees the rows that
say which organisations there are. Users, keys and the audit (account, audit) are of no
organisation. search_words has no policy: it is reached by search_entry's rows only, and its index
cannot be used behind one, since its operator is not leak-proof.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = (
    "record",
    "event",
    "counter",
    "idempotency",
    "checkpoint",
    "personal_key",
    "search_organisation",
    "search_customer",
    "search_entry",
)
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_OURS = "organisation = current_setting('net30.organisation', true)"
_EVERY = "kind = 'organisation' AND current_setting('net30.organisation', true) = '*'"


def upgrade() -> None:
    """Make the table and the policies."""
    op.create_table(
        "personal_key",
        sa.Column("organisation", _TEXT, primary_key=True),
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("customer", _TEXT, nullable=False),
        sa.Column("pad", _TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("personal_key_customer", "personal_key", ["organisation", "customer"])
    if op.get_bind().dialect.name == "sqlite":
        return
    for table in TABLES:
        op.execute(f"CREATE POLICY ours ON {table} USING ({_OURS}) WITH CHECK ({_OURS})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY every ON record FOR SELECT USING ({_EVERY})")
