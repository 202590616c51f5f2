"""Pulled facts: rows of facts as the ledger's table, and the ids that documents have here."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from net30.ledger import compute
from net30.ledger.imports.facts import scoped_ids
from net30.ledger.schema import PLAIN_FACTS
from net30.services.books.target import Row


def ids_here(source: str, theirs: Mapping[str, object]) -> dict[str, str]:
    """Return the id here of each id there."""
    if not theirs:
        return {}
    names = list(theirs)
    return dict(
        zip(names, compute.texts(scoped_ids(source, pa.array(names, pa.string()))), strict=True)
    )


def facts_table(rows: list[Row], source: str) -> pa.Table:
    """Return facts as the ledger's table (schema.PLAIN_FACTS)."""
    whole = [{**row, "source": source, "sequence": 0} for row in rows]
    return pa.table(
        {
            field.name: pa.array([row.get(field.name) for row in whole], field.type)
            for field in PLAIN_FACTS
        },
        schema=PLAIN_FACTS,
    )
