"""Ledgers to learn from: customers differ, so that something can be learned."""

from __future__ import annotations

from collections.abc import Sequence

from net30.features.invoices import Invoices
from net30.training.train import Lesson
from tests.features.ledgers import DAY_0, One, random_ledger, table

HORIZON = DAY_0 + 400


def lesson(rows: Sequence[One] | None = None, horizon: int = HORIZON) -> Lesson:
    """A lesson for LightGBM from 900 invoices of 15 customers, or from these."""
    made: Invoices = table(random_ledger(900, 15) if rows is None else rows)
    return Lesson(known=made.as_of(horizon), horizon=horizon, families=("lightgbm",))


def quiet(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""
