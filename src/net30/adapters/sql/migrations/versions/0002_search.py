"""Search: entries, their customers' names, and the full-text index of their words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# In PostgreSQL the order of bytes, as in SQLite: a cursor means the same whatever the locale.
_SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_PLACE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "search_organisation",
        sa.Column("ordinal", sa.Integer, primary_key=True),
        sa.Column("organisation", sa.Text, nullable=False, unique=True),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "search_customer",
        sa.Column("organisation", sa.Text, primary_key=True),
        sa.Column("customer_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    _entry()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            # The words come folded, with spaces between; `ascii` takes every other letter as it is.
            "CREATE VIRTUAL TABLE search_words USING fts5("
            "customer, others, tokenize = 'ascii', prefix = '2 3')"
        )
    else:
        op.execute("CREATE TABLE search_words (place bigint PRIMARY KEY, vector tsvector NOT NULL)")
        op.execute("CREATE INDEX search_words_vector ON search_words USING gin (vector)")


def _entry() -> None:
    op.create_table(
        "search_entry",
        sa.Column("place", _PLACE, primary_key=True, autoincrement=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("id", _SORTED, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_key", _SORTED, nullable=False),
        sa.Column("number_tail", sa.Text, nullable=False),
        sa.Column("type_code", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("customer_folded", sa.Text, nullable=False),
        sa.Column("currency", _SORTED, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("balance", sa.BigInteger, nullable=False),
        sa.Column("issue_date", _SORTED, nullable=False),
        sa.Column("due_date", _SORTED),
        sa.Column("due_key", _SORTED, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("imported", sa.Integer, nullable=False),
        sa.Column("words_mark", sa.Text, nullable=False),
    )
    op.create_index("search_entry_id", "search_entry", ["organisation", "id"], unique=True)
    for name, columns in {
        "issued": ("issue_date", "id"),
        "due": ("due_key", "id"),
        "amount": ("currency", "amount", "id"),
        "balance": ("currency", "balance", "id"),
        "number": ("number_key", "id"),
        "customer": ("customer_id", "issue_date", "id"),
        # Every column that filters and orders look at: counting and sorting read only this.
        "filter": (
            "state",
            "issue_date",
            "due_key",
            "balance",
            "currency",
            "amount",
            "type_code",
            "due_date",
            "id",
        ),
    }.items():
        op.create_index(f"search_entry_{name}", "search_entry", ["organisation", *columns])
