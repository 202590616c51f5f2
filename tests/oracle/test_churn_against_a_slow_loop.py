"""Chances of churn, their judgement, fifths and rank tests against slow, obvious loops."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from math import erfc, sqrt
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net30.insights.behaviour_changes import rank_test
from net30.insights.churn import CUSTOMERS_MIN, LOST_DAYS, OWN_WEIGHT, risks_of
from net30.insights.churn_judged import auc_of
from net30.insights.customer_segments import fifths
from net30.insights.survival import survival_of

D = date(2026, 11, 21)
SETS = st.lists(
    st.lists(st.integers(0, 400), min_size=1, max_size=7, unique=True).map(sorted),
    min_size=8,
    max_size=20,
)


def slow_survival(ended: Sequence[float], lasting: Sequence[float], length: float) -> float:
    """The product-limit estimate, one length after the other."""
    share = 1.0
    for at in sorted(set(ended)):
        if at <= length:
            at_risk = sum(one >= at for one in (*ended, *lasting))
            share *= 1 - ended.count(at) / at_risk
    return share


@settings(max_examples=60)
@given(
    ended=st.lists(st.integers(1, 12), min_size=1, max_size=15),
    lasting=st.lists(st.integers(1, 12), max_size=8),
    length=st.integers(0, 14),
)
def test_survival_is_the_product_limit(ended: list[int], lasting: list[int], length: int) -> None:
    found = survival_of(ended, lasting).beyond(length)
    assert found == pytest.approx(slow_survival(ended, lasting, length))


@settings(max_examples=40)
@given(ages=SETS, horizon=st.sampled_from([30, 90]))
def test_a_chance_is_what_a_loop_over_the_gaps_finds(ages: list[list[int]], horizon: int) -> None:
    """`ages` are the days since each invoice of each customer, the latest first."""
    days = {f"c{at}": sorted(D - timedelta(days=age) for age in own) for at, own in enumerate(ages)}
    gaps = {
        who: [(issued[at + 1] - issued[at]).days for at in range(len(issued) - 1)]
        for who, issued in days.items()
    }
    usual = {who: median(own) for who, own in gaps.items() if len(own) >= 2}
    ended = [gap / usual[who] for who in usual for gap in gaps[who]]
    lasting = [(D - days[who][-1]).days / usual[who] for who in usual] + [float("inf")]
    found = risks_of(days, D, horizon)
    assert len(found) == len(days)
    for risk in found:
        since = (D - days[risk.customer_id][-1]).days
        own = gaps[risk.customer_id]
        if len(own) < 2 or since > LOST_DAYS or len(usual) < CUSTOMERS_MIN:
            assert risk.chance is None
            assert risk.reason
            continue
        weight = len(own) / (len(own) + OWN_WEIGHT)
        shares = []
        for length in (since, since + horizon):
            mine = sum(gap > length for gap in own) / len(own)
            pool = slow_survival(ended, lasting, length / usual[risk.customer_id])
            shares.append(weight * mine + (1 - weight) * pool)
        assert risk.chance == pytest.approx(shares[1] / shares[0])
    chances = [risk.chance for risk in found if risk.chance is not None]
    assert all(0 < chance <= 1 for chance in chances)
    assert chances == sorted(chances, reverse=True)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=20))
def test_auc_is_the_share_of_pairs_in_order(rows: list[tuple[bool, int]]) -> None:
    lost = [score for gone, score in rows if gone]
    kept = [score for gone, score in rows if not gone]
    if lost and kept:
        wins = sum((one > two) + (one == two) / 2 for one, two in product(lost, kept))
        found = auc_of(np.array([gone for gone, _ in rows]), np.array([s for _, s in rows], float))
        assert found == pytest.approx(wins / len(lost) / len(kept))


@settings(max_examples=60)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=30))
def test_a_fifth_is_where_the_middle_of_equal_values_lies(values: list[int]) -> None:
    for value, found in zip(values, fifths(values), strict=True):
        below = sum(one < value for one in values)
        equal = sum(one == value for one in values)
        middle = Fraction(2 * below + equal, 2 * len(values))
        assert found == int(middle * 5) + 1
        assert 1 <= found <= 5


@settings(max_examples=60)
@given(
    before=st.lists(st.integers(-9, 9), min_size=10, max_size=20),
    lately=st.lists(st.integers(-9, 9), min_size=5, max_size=10),
)
def test_the_rank_test_counts_pairs(before: list[int], lately: list[int]) -> None:
    wins = sum((one > two) + (one == two) / 2 for one, two in product(lately, before))
    n, m = len(before), len(lately)
    every = before + lately
    ties = sum(every.count(value) ** 3 - every.count(value) for value in set(every))
    spread = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
    found = rank_test(np.array(every), m)
    if spread == 0:
        assert found == 1
        return
    away = max(abs(wins - n * m / 2) - 0.5, 0)
    assert found == pytest.approx(erfc(away / sqrt(spread) / sqrt(2)))
