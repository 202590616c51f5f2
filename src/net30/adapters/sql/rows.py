"""Rows: the books table by table and row by row, the same text whichever database they are in.

What can be made anew from the events (the search index) is left out, and so is how far it has
read: another database makes its own. All else is taken as it stands, how far mail and webhooks
have come included, so that nothing is sent twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256

from net30.adapters.sql.connection import Connection, Row
from net30.adapters.sql.tables import metadata
from net30.ports.backups import TableForm

ROWS_AT_ONCE = 1_000
MADE_ANEW = "search"
"""The projection whose tables differ from database to database."""
BESIDE = frozenset({"account", "audit"})
"""The tables that are of no organisation."""
OF_THIS_MOMENT = frozenset({"claim"})
"""The tables that say what processes do now: nobody does it in a copy."""


def forms_of(organisation: str) -> tuple[TableForm, ...]:
    """Return the tables of an organisation's books, or for "" those beside them."""
    return tuple(
        TableForm(
            name=table.name,
            columns=tuple(column.name for column in table.columns),
            keys=tuple(column.name for column in table.primary_key.columns),
        )
        for table in metadata.sorted_tables
        if (table.name in BESIDE) == (not organisation) and table.name not in OF_THIS_MOMENT
    )


def pages(connection: Connection, form: TableForm, organisation: str) -> Iterator[list[Row]]:
    """Yield a table's rows in the order of their keys, some at a time."""
    keys = [name for name in form.keys if name != "organisation"]
    asked: dict[str, str | int | bytes | None] = {"limit": ROWS_AT_ONCE}
    where = []
    if organisation:
        where.append("organisation = :organisation")
        asked["organisation"] = organisation
    if form.name == "checkpoint":
        where.append("projection <> :made_anew")
        asked["made_anew"] = MADE_ANEW
    after: list[str] = []
    while True:
        conditions = " AND ".join([*where, *after]) or "1 = 1"
        rows = connection.rows(
            f"SELECT {', '.join(form.columns)} FROM {form.name} WHERE {conditions} "  # noqa: S608 - our own names
            f"ORDER BY {', '.join(keys)} LIMIT :limit",
            asked,
        )
        if rows:
            yield rows
        if len(rows) < ROWS_AT_ONCE:
            return
        last = dict(zip(form.columns, rows[-1], strict=True))
        asked |= {f"after_{name}": last[name] for name in keys}
        marks = ", ".join(f":after_{name}" for name in keys)
        after = [f"({', '.join(keys)}) > ({marks})"]


def lines(rows: Iterable[Row]) -> bytes:
    """Return rows as lines of JSON."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def digest(connection: Connection, form: TableForm, organisation: str) -> tuple[int, str]:
    """Return how many rows a table has, and the SHA-256 of their lines."""
    count, found = 0, sha256()
    for rows in pages(connection, form, organisation):
        count += len(rows)
        found.update(lines(rows))
    return count, found.hexdigest()


def insert(connection: Connection, form: TableForm, rows: Iterable[Row]) -> None:
    """Write rows into a table."""
    marks = ", ".join(f":{name}" for name in form.columns)
    statement = f"INSERT INTO {form.name} ({', '.join(form.columns)}) VALUES ({marks})"  # noqa: S608 - our own names
    values = [dict(zip(form.columns, row, strict=True)) for row in rows]
    if values:
        connection.execute_many(statement, values)
