"""Exam: a history that models learn the first part of, and are asked about the rest of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from net30.features.coding import choose_words, customers_of, invoices_of
from net30.features.invoices import Ints, Invoices
from net30.kernel.errors import InputError
from net30.ledger import compute
from net30.scoring.protocol import cut_day, judged_rows
from net30.scoring.scorecard import Came

JUDGED_MIN = 30
"""With fewer judged invoices no figure says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """A history in the order of issue, as numbers, and which of its rows are judged.

    `cut` is the first day that no model has learned from; `words` was known before it.
    """

    table: pa.Table
    every: Invoices
    words: Mapping[str, tuple[str, ...]]
    cut: int
    rows: Ints

    @property
    def judged(self) -> Invoices:
        """Return what is judged, in the order of issue."""
        return self.every.take(self.rows)

    @property
    def came(self) -> Came:
        """Return what became of it."""
        judged = self.judged
        # By the customer's name: which of them a seed draws must not hang on the file's order.
        names = compute.texts(customers_of(self.table))
        rank = np.argsort(np.argsort(np.array(names)))
        return Came(
            delay=judged.delay,
            due=judged.due,
            amount=judged.amount,
            customer=rank[judged.customer],
        )

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the numbers of what is judged."""
        column = compute.column(self.table, "invoice_id").take(pa.array(self.rows, pa.int64()))
        return tuple(compute.texts(column))

    @property
    def currencies(self) -> tuple[str, ...]:
        """Return the currencies of the whole history."""
        return tuple(sorted(set(compute.texts(self.table["currency"].unique()))))


def make_exam(history: pa.Table) -> Exam:
    """Return the exam that a HISTORY table gives.

    Raises InputError, with the figures, when nothing or too little is left to judge by.
    """
    table = history.sort_by([("issue_date", "ascending"), ("invoice_id", "ascending")])
    if not table.num_rows:
        raise InputError(
            "no row of the history can be used",
            hint="give a file with one invoice a row, or name its columns in a --layout",
            code="no_history",
        )
    customers = customers_of(table)
    cut = cut_day(invoices_of(table, {}, customers).issued)
    words = choose_words(table, cut)
    every = invoices_of(table, words, customers)
    rows = judged_rows(every, cut)
    if len(rows) < JUDGED_MIN:
        raise InputError(
            f"of {len(every):,} invoices {int((every.issued >= cut).sum()):,} were issued on "
            f"{day_of(cut)} or later and {len(rows):,} of them have been paid; {JUDGED_MIN} are "
            "needed to judge by",
            hint="give a longer history, or one that reaches on until most have been paid",
            code="too_few_judged",
        )
    return Exam(table=table, every=every, words=words, cut=cut, rows=rows)


def day_of(day: int) -> date:
    """Return a date from its days since 1970-01-01."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + day)
