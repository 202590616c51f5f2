"""The protocol: the later fifth is judged, in order, and nobody sees what became of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.features.invoices import OPEN
from net30.scoring.protocol import cut_day, judged_rows, windows, without_outcome
from tests.features.ledgers import DAY_0, One, table

DAYS = st.lists(st.integers(0, 30), min_size=1, max_size=60)


def test_the_cut_is_the_day_below_which_four_fifths_lie() -> None:
    assert cut_day(np.array([5, 1, 2, 3, 4])) == 5
    assert cut_day(np.array([1, 1, 1, 7, 7, 7, 7, 7, 7, 7])) == 7
    assert cut_day(np.array([3])) == 3


def test_only_what_is_paid_is_judged_and_in_the_order_of_issue() -> None:
    rows = [
        One(customer=0, issued=DAY_0 + day, due=DAY_0 + 40, amount=1, paid=paid)
        for day, paid in ((9, DAY_0 + 50), (2, DAY_0 + 3), (8, None), (8, DAY_0 + 9))
    ]
    assert judged_rows(table(rows), DAY_0 + 8).tolist() == [3, 0]


@given(days=DAYS, count=st.integers(1, 9))
def test_windows_hold_every_judged_invoice_once_and_cut_between_days(
    days: list[int], count: int
) -> None:
    issued = np.sort(np.array(days))
    parts = windows(issued, count)
    assert np.concatenate([part.rows for part in parts]).tolist() == list(range(len(issued)))
    assert 1 <= len(parts) <= count
    for part in parts:
        assert part.day == issued[part.rows[0]]
    for one, two in pairwise(parts):
        assert issued[one.rows[-1]] < two.day


def test_windows_are_of_about_equal_size() -> None:
    sizes = [len(part.rows) for part in windows(np.arange(103), 8)]
    assert sum(sizes) == 103
    assert max(sizes) - min(sizes) <= 1


def test_whoever_is_asked_does_not_see_what_became_of_it() -> None:
    row = One(customer=1, issued=DAY_0, due=DAY_0 + 30, amount=5, paid=DAY_0 + 31, branch=2)
    hidden = without_outcome(table([row]))
    assert hidden.paid.tolist() == hidden.known.tolist() == [OPEN]
    assert (hidden.amount[0], hidden.words["branch"][0]) == (5, 2)
    assert len(hidden) == pytest.approx(1)
