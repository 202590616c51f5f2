"""Ledgers for tests of features: a few customers, days close together, so that all of it ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from net30.features.invoices import OPEN, Ints, Invoices

DAY_0 = 17_897
"""2019-01-01, a Tuesday."""


@dataclass(frozen=True, slots=True)
class One:
    """One invoice, in days since 1970-01-01 and minor units; `paid` None while open."""

    customer: int
    issued: int
    due: int
    amount: int
    paid: int | None = None
    known: int | None = None
    branch: int = -1


def table(rows: Sequence[One]) -> Invoices:
    """The rows as columns, with one column of words."""

    def column(values: list[int]) -> Ints:
        return np.array(values, np.int64)

    return Invoices(
        customer=column([row.customer for row in rows]),
        issued=column([row.issued for row in rows]),
        due=column([row.due for row in rows]),
        amount=column([row.amount for row in rows]),
        paid=column([OPEN if row.paid is None else row.paid for row in rows]),
        known=column([_known(row) for row in rows]),
        words={"branch": column([row.branch for row in rows])},
    )


def _known(row: One) -> int:
    if row.paid is None:
        return OPEN
    return row.paid if row.known is None else row.known


@st.composite
def ones(draw: st.DrawFn, span: int = 60, customers: int = 3) -> One:
    """An invoice: prepaid, due before its issue, paid years later, known later: all of it."""
    issued = DAY_0 + draw(st.integers(0, span))
    paid = draw(st.none() | st.integers(-10, 80) | st.sampled_from([-900, 1_500]))
    late = draw(st.sampled_from([0, 0, 0, 1, 9]))
    return One(
        customer=draw(st.integers(0, customers - 1)),
        issued=issued,
        due=issued + draw(st.sampled_from([0, 7, 14, 30, 30, 45, -3, 500])),
        amount=draw(st.integers(1, 5_000) | st.sampled_from([0, -70, 10**13, 1, 1_024])),
        paid=None if paid is None else issued + paid,
        known=None if paid is None else issued + paid + late,
        branch=draw(st.integers(-1, 2)),
    )


def ledgers(most: int = 40) -> st.SearchStrategy[list[One]]:
    """Lists of invoices."""
    return st.lists(ones(), max_size=most)


def random_ledger(rows: int, customers: int, seed: int = 0, span: int = 400) -> list[One]:
    """A larger ledger in which customers differ and long terms are paid late, by the seed."""
    draw = np.random.default_rng(seed)
    habit = draw.normal(2, 8, customers)
    found = []
    for _ in range(rows):
        customer = int(draw.integers(customers))
        issued = DAY_0 + int(draw.integers(span))
        terms = int(draw.choice([14, 30, 60]))
        due = issued + terms
        paid = due + int(np.rint(draw.normal(habit[customer] + (terms - 30) / 2, 4)))
        seen = paid < DAY_0 + span
        found.append(
            One(
                customer=customer,
                issued=issued,
                due=due,
                amount=int(draw.integers(100, 2_000_000)),
                paid=paid if seen else None,
                branch=customer % 3,
            )
        )
    return found
