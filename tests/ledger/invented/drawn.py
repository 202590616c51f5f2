"""Invented ledgers for tests: small ones, drawn once."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from net30.ledger.invented.invoices import day_number
from net30.ledger.invented.ledger import Batch, InventedLedger
from net30.ledger.invented.wish import Wish

WISH = Wish(rows=60_000, seed=7)
FIRST, END = day_number(WISH.first_day), day_number(WISH.end)


@cache
def ledger() -> InventedLedger:
    """Return a ledger of sixty thousand invoices."""
    return InventedLedger(WISH)


@cache
def batch() -> Batch:
    """Return all its invoices."""
    (one,) = ledger().batches(balance=True)
    return one


@cache
def truth() -> pa.Table:
    """Return what the law says of them."""
    return batch().truth()


def true(name: str) -> np.ndarray:
    """Return a column of the truth."""
    return np.asarray(truth()[name].to_numpy())
