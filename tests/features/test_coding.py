"""Coding: vocabularies from the training part only, customers alike in history and questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from net30.features.coding import (
    ROWS_MIN,
    VALUES_MAX,
    choose_words,
    customers_of,
    day_number,
    invoices_of,
)
from net30.features.invoices import OPEN
from net30.ledger.histories import history_table

START = date(2025, 1, 1)
LONG_AFTER = day_number(date(2027, 1, 1))


def history(rows: Sequence[tuple[str, str, int, int | None]], **extras: list[str]) -> pa.Table:
    """Invoices by customer, currency, issue day and delay; thirty days to pay."""
    issued = [START + timedelta(days=day) for _, _, day, _ in rows]
    due = [day + timedelta(days=30) for day in issued]
    paid = [
        None if late is None else day + timedelta(days=late)
        for day, (_, _, _, late) in zip(due, rows, strict=True)
    ]
    columns = {
        "invoice_id": pa.array([f"I{at}" for at in range(len(rows))], pa.string()),
        "customer_id": pa.array([row[0] for row in rows], pa.string()).dictionary_encode(),
        "issue_date": pa.array(issued, pa.date32()),
        "due_date": pa.array(due, pa.date32()),
        "amount": pa.array([100] * len(rows), pa.int64()),
        "currency": pa.array([row[1] for row in rows], pa.string()).dictionary_encode(),
        "paid_date": pa.array(paid, pa.date32()),
        "known_on": pa.array(paid, pa.date32()),
    }
    words = {name: pa.array(values, pa.string()) for name, values in extras.items()}
    return history_table(columns, words)


def test_values_are_ordered_by_how_often_they_are_late_and_rare_ones_have_no_code() -> None:
    rows = [("a", "EUR", at, 5) for at in range(40)]
    rows += [("a", "USD", at, -5) for at in range(40)]
    rows += [("a", "XOF", at, 5) for at in range(ROWS_MIN - 1)]
    branch = ["same"] * len(rows)
    table = history(rows, branch=branch)
    words = choose_words(table, LONG_AFTER)
    assert words == {"currency": ("USD", "EUR")}
    coded = invoices_of(table, words, customers_of(table)).words["currency"]
    assert coded.tolist() == [1] * 40 + [0] * 40 + [-1] * (ROWS_MIN - 1)


def test_what_happens_from_the_horizon_on_does_not_change_the_vocabulary() -> None:
    rows = [("a", "EUR" if at % 2 else "USD", at, at % 7 - 3) for at in range(200)]
    kind = ["x" if at % 3 else "y" for at in range(200)]
    horizon = day_number(START + timedelta(days=150))
    later = [
        (*row[:3], 90) if row[2] + 30 + (row[3] or 0) >= 150 or row[2] >= 150 else row
        for row in rows
    ]
    other = ["z" if row[2] >= 150 else word for row, word in zip(rows, kind, strict=True)]
    first = choose_words(history(rows, kind=kind), horizon)
    assert first
    assert choose_words(history(later, kind=other), horizon) == first


def test_the_order_of_the_rows_does_not_change_the_vocabulary() -> None:
    rows = [("a", "EUR", at, at % 5 - 2) for at in range(150)]
    kind = ["abc"[at % 3] for at in range(150)]
    table = history(rows, kind=kind)
    turned = table.take(np.random.default_rng(0).permutation(150))
    assert choose_words(turned, LONG_AFTER) == choose_words(table, LONG_AFTER)


def test_a_column_that_names_every_invoice_is_no_kind_of_invoice() -> None:
    count = VALUES_MAX + 1
    rows = [("a", "EUR", 0, 1)] * count
    numbers = [str(at) for at in range(count)]
    assert choose_words(history(rows, number=numbers), LONG_AFTER) == {}


def test_customers_have_one_code_in_history_and_questions_and_new_ones_a_new_one() -> None:
    past = history([("b", "EUR", 0, 1), ("a", "EUR", 0, 1)])
    asked = history([("c", "EUR", 0, None), ("a", "EUR", 0, None)])
    customers = customers_of(past, asked)
    assert invoices_of(past, {}, customers).customer.tolist() == [0, 1]
    coded = invoices_of(asked, {"branch": ("x",)}, customers)
    assert coded.customer.tolist() == [2, 1]
    assert coded.paid.tolist() == [OPEN, OPEN]
    assert coded.words["branch"].tolist() == [-1, -1]


def test_nothing_has_no_vocabulary() -> None:
    assert choose_words(history([]), LONG_AFTER) == {}
