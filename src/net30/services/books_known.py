"""Books known: the ledger as one question finds it, and its invoices as past ones, made once.

What a question asks of the ledger it asks again and again: the model's level, the scores, the
forecast. Nothing is kept beyond the question, and within it only until something happens.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow as pa

from net30.ledger.history_facts import history_of_facts
from net30.ledger.schema import PAST_COLUMNS
from net30.ledger.segments import read_ledger_with
from net30.services.context import ReadContext


def ledger_now(ctx: ReadContext) -> pa.Table:
    """Return the ledger with every event of the books, the columns of the past (PAST_COLUMNS).

    Raises Unavailable when the blobs cannot be read.
    """
    return _once(ctx, "ledger", lambda: read_ledger_with(ctx.blobs, ctx.tx, PAST_COLUMNS))


def history_at(ctx: ReadContext, day: date) -> pa.Table:
    """Return the history (ledger/histories.py) as known at the end of a day."""
    return _once(ctx, day, lambda: history_of_facts(ledger_now(ctx), day))


def _once(ctx: ReadContext, what: object, make: Callable[[], pa.Table]) -> pa.Table:
    latest = ctx.tx.last_event()
    found = ctx.read.get(what)
    if found is None or found[0] != latest:
        found = ctx.read[what] = latest, make()
    return found[1]
