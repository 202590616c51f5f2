"""Scored open items: when each invoice that is not paid yet will be, as one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from net30.features.invoices import Ints
from net30.kernel.money import Money
from net30.ledger import compute
from net30.scoring.delay_bins import HIGH_RISK, LATE, DelayBins
from net30.scoring.distribution import Distribution, Floats
from net30.scoring.paid_by import EVERY_DAY, NO_TAIL, Paydays, Tail, paid_by_each
from net30.scoring.shared import NOTHING_JUDGED, Shared

# Any: which type of scalar a field has is told by its type.
_FIELDS: list[pa.Field[Any]] = [
    pa.field("invoice_id", pa.string(), nullable=False),
    pa.field("customer_id", pa.string(), nullable=False),
    pa.field("currency", pa.string(), nullable=False),
    pa.field("amount", pa.int64(), nullable=False),
    pa.field("balance", pa.int64(), nullable=False),
    pa.field("issue_date", pa.date32(), nullable=False),
    pa.field("due_date", pa.date32(), nullable=False),
    pa.field("p_late", pa.float64()),
    pa.field("p_late30", pa.float64()),
    pa.field("expected_date", pa.date32()),
    pa.field("q10", pa.date32()),
    pa.field("q90", pa.date32()),
    pa.field("band", pa.string()),
    pa.field("late_days", pa.float64()),
]
SCORED = pa.schema(_FIELDS)
"""One row an open invoice, by invoice_id.

amount, balance: minor units; what was claimed, and what of it is open. p_late, p_late30: P(late)
and P(more than 30 days late), knowing that it is unpaid. expected_date: the median day; q10 to q90
hold 80 %; all three are null for what is later already than the model can tell apart. band: low,
medium or high. late_days: E[max(days late, 0)]. Without a model every score is null.
"""

NO_BINS = DelayBins((LATE, HIGH_RISK))
"""The bins of a distribution that no model has told: it has no rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelName:
    """Which model said so, and until which day it has learned.

    `cold_start` tells that it is the one that comes with net30, not the organisation's own.
    """

    name: str
    version: str
    family: str
    learned_until: date
    cold_start: bool = False

    def __str__(self) -> str:
        """Return 'payments v3 (lightgbm)'."""
        told = f"{self.name} {self.version} ({self.family})"
        return f"{told}, cold start" if self.cold_start else told


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredOpenItems:
    """Every open invoice as known at the end of a day, with the delay given that it is unpaid.

    `delay` has a row for each of `table`; without a model it has none, and `reason` says why.
    `tail` says how what is later than the last bin is paid, `paydays` on which days of the week,
    `shared` how far invoices are late together. `unscored` is what else is open by currency:
    invoices without a due date, and what credit notes have left over.
    """

    as_of: date
    table: pa.Table
    delay: Distribution
    model: ModelName | None
    reason: str
    unscored: tuple[Money, ...]
    tail: Tail = NO_TAIL
    paydays: Paydays = EVERY_DAY
    shared: Shared = NOTHING_JUDGED

    def __len__(self) -> int:
        return self.table.num_rows

    def ints(self, name: str) -> Ints:
        """Return a column of whole numbers or of days (since 1970-01-01)."""
        column = compute.column(self.table, name)
        plain = column.cast(pa.int32()) if pa.types.is_date(column.type) else column
        found: Ints = np.asarray(plain.to_numpy(zero_copy_only=False)).astype(np.int64)
        return found

    def paid_by(self, upto: int | Ints) -> Floats:
        """Return P(paid by the end of a day, in days since 1970-01-01) of each item, unpaid now."""
        return self.paid_by_each((upto,))[:, 0]

    def paid_by_each(self, days: Sequence[int | Ints]) -> Floats:
        """Return the same for each of several days, a column a day."""
        due = self.ints("due_date")
        tomorrow = (self.as_of - date(1970, 1, 1)).days + 1
        return paid_by_each(self.delay, due, tomorrow - due, days, (self.tail, self.paydays))

    def customers(self) -> Ints:
        """Return whole numbers that tell the customers apart."""
        coded = compute.coded(self.table["customer_id"])
        found: Ints = np.asarray(coded.indices.to_numpy(zero_copy_only=False)).astype(np.int64)
        return found

    def of_currency(self, currency: str) -> ScoredOpenItems:
        """Return the items of one currency: amounts of several are never added."""
        mask = compute.equal(self.table["currency"], currency)
        rows = np.asarray(mask.to_numpy(zero_copy_only=False), np.bool_)
        delay = self.delay
        if self.model is not None:
            delay = Distribution(delay.bins, delay.probabilities[rows])
        return ScoredOpenItems(
            as_of=self.as_of,
            table=self.table.filter(mask),
            delay=delay,
            model=self.model,
            reason=self.reason,
            unscored=tuple(one for one in self.unscored if one.currency == currency),
            tail=self.tail,
            paydays=self.paydays,
            shared=self.shared,
        )


def no_delay() -> Distribution:
    """Return the distribution of nothing."""
    return Distribution(NO_BINS, np.zeros((0, len(NO_BINS))))
