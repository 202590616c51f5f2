"""Coding: a history's customers and words as whole numbers, which features are made of.

A word is a further column with few different values that were known at issue: a country, a
currency, payment terms. Its code is its place in a vocabulary that lists the values from the one
that was paid late least to the one most, so that a tree can cut it anywhere. Which words there
are and their order come from what was known at the horizon; a model's card keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from net30.features.invoices import OPEN, Ints, Invoices
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.histories import HISTORY

Words = Mapping[str, tuple[str, ...]]
"""The vocabulary of each coded column: its values in the order of their codes."""

VALUES_MAX = 2_000
"""A column with more different values than this tells things apart, not kinds of things."""
ROWS_MIN = 30
"""So many settled invoices a value needs for a code of its own."""
PRIOR = 10
"""So many invoices of the company's own late share are added to each value's."""
CURRENCY = "currency"
FIRST_DAY = date(1970, 1, 1).toordinal()


def choose_words(history: pa.Table, horizon: int) -> dict[str, tuple[str, ...]]:
    """Return the vocabularies of the columns that can be coded, by what was known at the horizon.

    `horizon` is the first day (since 1970-01-01) that is not covered any more: nothing that was
    issued or paid on it or later matters.
    """
    past = invoices_of(history, {}, customers_of(history))
    issued = past.issued < horizon
    known = past.as_of(horizon)
    settled = known.paid < OPEN
    late = (known.delay > 0) & settled
    found: dict[str, tuple[str, ...]] = {}
    for name in (CURRENCY, *history.column_names[len(HISTORY) :]):
        column = compute.coded(compute.column(history, name).filter(pa.array(issued)))
        values = compute.texts(column.dictionary)
        codes = _ints(column.indices)
        if 1 < len(np.unique(codes)) <= VALUES_MAX:
            # By the value where shares are equal, so that the order of the rows never matters.
            order = by_late_share(codes[settled], codes[late], values)
            found |= {name: tuple(values[at] for at in order)} if order else {}
    return found


def customers_of(*histories: pa.Table) -> Column:
    """Return every customer of some histories once: a customer's code is its place among them."""
    ids = [compute.coded(table["customer_id"]).dictionary for table in histories]
    return compute.whole(pa.chunked_array(ids, pa.string())).unique()


def invoices_of(history: pa.Table, words: Words, customers: Column) -> Invoices:
    """Return a history as numbers; a value that is not in its vocabulary, or no column, is -1."""
    rows = history.num_rows
    return Invoices(
        customer=_codes(history["customer_id"], customers),
        issued=_days(history, "issue_date"),
        due=_days(history, "due_date"),
        amount=_ints(compute.column(history, "amount")),
        paid=_days(history, "paid_date"),
        known=_days(history, "known_on"),
        words={
            name: _codes(history[name], pa.array(values, pa.string()))
            if name in history.column_names
            else np.full(rows, -1)
            for name, values in words.items()
        },
    )


def day_number(day: object) -> int:
    """Return a date as days since 1970-01-01."""
    if isinstance(day, date):
        return day.toordinal() - FIRST_DAY
    return int(np.datetime64(str(day), "D").astype(np.int64))


def by_late_share(settled: Ints, late: Ints, ties: Sequence[object]) -> list[int]:
    """Return the codes with enough settled invoices, the one paid late least first.

    Equal shares stand in the order of their `ties`, one a code.
    """
    count = np.bincount(settled, minlength=len(ties))
    hits = np.bincount(late, minlength=len(ties))
    company = hits.sum() / max(count.sum(), 1)
    share = (hits + PRIOR * company) / (count + PRIOR)
    enough = [at for at in range(len(ties)) if count[at] >= ROWS_MIN]
    return sorted(enough, key=lambda at: (share[at], ties[at]))


def _codes(column: compute.Operand, values: Column) -> Ints:
    coded = compute.coded(column)
    places = compute.or_else(compute.place_in(coded.dictionary, values), -1)
    return _ints(places.take(coded.indices))


def _days(history: pa.Table, name: str) -> Ints:
    days = compute.column(history, name).cast(pa.int32())
    return _ints(compute.or_else(days, OPEN))


def _ints(column: Column) -> Ints:
    found: Ints = np.asarray(column.to_numpy(zero_copy_only=False)).astype(np.int64)
    return found
