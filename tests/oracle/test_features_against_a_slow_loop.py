"""Every feature, equal to the bit to an obvious loop and to SQL, on any ledger and any day."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from net30.features.point_in_time import PointInTime, feature_names, seen_from
from tests.features.ledgers import DAY_0, One, ledgers, random_ledger, table
from tests.features.slow_loop import features

NAMES = feature_names(["branch"])


def same_bits(one: ArrayLike, other: ArrayLike) -> bool:
    """Whether two arrays are the same numbers, NaN where the other is NaN, without tolerance."""
    return bool(np.array_equal(one, other, equal_nan=True))


@settings(max_examples=50, deadline=None)
@given(rows=ledgers(), horizon=st.integers(DAY_0 - 5, DAY_0 + 120))
def test_a_ledger_s_own_invoices_have_the_features_that_a_loop_finds(
    rows: list[One], horizon: int
) -> None:
    history = table(rows)
    day = seen_from(history, horizon)
    columns = PointInTime(history, history).columns(day)
    assert tuple(columns) == NAMES
    for place, one in enumerate(rows):
        expected = features(rows, rows, one, int(day[place]))
        assert expected.keys() == columns.keys()
        for name, value in expected.items():
            assert same_bits(columns[name][place], value), name


@settings(max_examples=20, deadline=None)
@given(rows=ledgers(25), asked=ledgers(8), horizon=st.integers(DAY_0, DAY_0 + 90))
def test_invoices_that_the_ledger_has_not_seen_have_the_features_that_a_loop_finds(
    rows: list[One], asked: list[One], horizon: int
) -> None:
    about = table(asked)
    day = seen_from(about, horizon)
    columns = PointInTime(table(rows), about).columns(day)
    for place, one in enumerate(asked):
        expected = features(rows, [*rows, *asked], one, int(day[place]))
        for name, value in expected.items():
            assert same_bits(columns[name][place], value), name


def test_a_larger_ledger_has_the_features_that_a_loop_finds() -> None:
    rows = random_ledger(400, 7)
    history = table(rows)
    day = seen_from(history, DAY_0 + 300)
    matrix = PointInTime(history, history).matrix(day, NAMES)
    for place in range(0, len(rows), 9):
        expected = features(rows, rows, rows[place], int(day[place]))
        assert same_bits(matrix[place], np.array([expected[name] for name in NAMES], np.float32))
