"""Event names: the ids in each event, so that who asks for one record's events need not read all.

Those of the events that are there already are taken from their texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ROWS_AT_ONCE = 5_000
SEVERAL = frozenset({"covers", "interest_of", "open_items", "alerts", "invoices"})
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_OURS = "organisation = current_setting('net30.organisation', true)"
_EVENTS = sa.text(
    "SELECT organisation, sequence, body FROM event "
    "WHERE (organisation, sequence) > (:organisation, :sequence) "
    "ORDER BY organisation, sequence LIMIT :rows"
)


def upgrade() -> None:
    """Make the table, fill it, and put the wall before it."""
    op.create_table(
        "event_name",
        sa.Column("organisation", _TEXT, primary_key=True),
        sa.Column("name", _TEXT, primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        _fill()
        return
    op.execute("ALTER TABLE event NO FORCE ROW LEVEL SECURITY")  # its owner reads all, once
    _fill()
    op.execute("ALTER TABLE event FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY ours ON event_name USING ({_OURS}) WITH CHECK ({_OURS})")
    op.execute("ALTER TABLE event_name ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE event_name FORCE ROW LEVEL SECURITY")


def _fill() -> None:
    books = op.get_bind()
    insert = sa.text("INSERT INTO event_name VALUES (:organisation, :name, :sequence)")
    last = {"organisation": "", "sequence": 0}
    while rows := books.execute(_EVENTS, last | {"rows": ROWS_AT_ONCE}).all():
        named = [
            {"organisation": organisation, "name": name, "sequence": sequence}
            for organisation, sequence, body in rows
            for name in sorted(set(_ids(json.loads(body))))
            if name
        ]
        if named:
            books.execute(insert, named)
        last = {"organisation": rows[-1].organisation, "sequence": rows[-1].sequence}


def _ids(told: dict[str, object]) -> Iterator[str]:
    for field, held in told.items():
        if field.endswith("_id"):
            yield str(held)
        elif isinstance(held, list):
            for one in held:
                if isinstance(one, dict):
                    yield from _ids(one)
                elif field in SEVERAL:
                    yield str(one)
