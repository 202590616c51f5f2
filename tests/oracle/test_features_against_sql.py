"""Every feature, equal to the bit to SQL in another engine."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from net30.features.invoices import Invoices, joined
from net30.features.point_in_time import PointInTime, feature_names, seen_from
from tests.features.ledgers import DAY_0, One, ledgers, random_ledger, table
from tests.features.sql_oracle import columns

NAMES = feature_names(["branch"])
LOGARITHMS = {"amount", "amount_to_usual"}
"""Two engines may round a logarithm differently in the last of 53 bits: as 32 bits it is one."""


def check(history: Invoices, asked: Invoices, every: Invoices, horizon: int) -> None:
    day = seen_from(asked, horizon)
    ours = PointInTime(history, asked, together=every).columns(day)
    theirs = columns(history, asked, every, day)
    assert ours.keys() == theirs.keys()
    for name, column in ours.items():
        kind = np.float32 if name in LOGARITHMS else np.float64
        assert np.array_equal(column.astype(kind), theirs[name].astype(kind), equal_nan=True), name


@settings(max_examples=12, deadline=None)
@given(rows=ledgers(30), asked=ledgers(6), horizon=st.integers(DAY_0, DAY_0 + 90))
def test_sql_finds_the_same_features(rows: list[One], asked: list[One], horizon: int) -> None:
    history, about = table(rows), table(asked)
    check(history, history, history, horizon)
    check(history, about, joined(history, about), horizon)


def test_sql_finds_the_same_features_of_thousands() -> None:
    history = table(random_ledger(3_000, 40, seed=1))
    check(history, history, history, DAY_0 + 350)
