"""Claims: which process drains a projection now, so that no other does at the same time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_OURS = "organisation = current_setting('net30.organisation', true)"


def upgrade() -> None:
    """Make the table, and put the wall before it."""
    op.create_table(
        "claim",
        sa.Column("organisation", _TEXT, primary_key=True),
        sa.Column("name", _TEXT, primary_key=True),
        sa.Column("holder", _TEXT, nullable=False),
        sa.Column("held_until", _TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute(f"CREATE POLICY ours ON claim USING ({_OURS}) WITH CHECK ({_OURS})")
    op.execute("ALTER TABLE claim ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE claim FORCE ROW LEVEL SECURITY")
