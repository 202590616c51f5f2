"""Sums of invoices that may be paid, against every way they can be paid, one by one."""

from __future__ import annotations

from itertools import product
from statistics import NormalDist

import numpy as np
import pytest

from net30.features.invoices import Ints
from net30.insights.cash_paths import DRAWS, Coming, cash_paths
from net30.scoring.distribution import Floats
from net30.scoring.normal import normal_quantile
from net30.scoring.shared import Shared

ALONE = Shared(0.0, 0.0, 0, 0, fresh=True)
OFF = 1.95 / np.sqrt(DRAWS)
"""No point of a drawn distribution is farther off than this, but once in 1,000 (DKW bound)."""


def coming(seed: int, count: int = 6, customers: int = 3) -> Coming:
    draw = np.random.default_rng(seed)
    chances = np.sort(draw.uniform(0.02, 0.98, (count, 2)), axis=1)
    return Coming(
        amount=draw.integers(1, 50, count),
        customer=draw.integers(0, customers, count),
        paid_by=chances,
    )


def every_way(amount: Ints, chance: Floats) -> dict[int, float]:
    """The chance of each sum: all 2^n ways, one after the other."""
    found: dict[int, float] = {}
    for paid in product((0, 1), repeat=len(amount)):
        total = int(sum(one for one, is_paid in zip(amount, paid, strict=True) if is_paid))
        p = np.prod([c if is_paid else 1 - c for c, is_paid in zip(chance, paid, strict=True)])
        found[total] = found.get(total, 0.0) + float(p)
    return found


def added(one: dict[int, float], two: dict[int, float]) -> dict[int, float]:
    found: dict[int, float] = {}
    for (a, p), (b, q) in product(one.items(), two.items()):
        found[a + b] = found.get(a + b, 0.0) + p * q
    return found


def farthest(drawn: Floats, exact: dict[int, float]) -> float:
    upto = np.cumsum([exact[total] for total in sorted(exact)])
    seen = np.array([(drawn <= total + 0.5).mean() for total in sorted(exact)])
    return float(np.abs(upto - seen).max())


@pytest.mark.parametrize("seed", range(8))
def test_sums_of_invoices_that_share_nothing_are_those_of_every_way(seed: int) -> None:
    some = coming(seed)
    drawn = cash_paths(some, ALONE)
    for day in range(2):
        assert farthest(drawn[:, day], every_way(some.amount, some.paid_by[:, day])) < OFF


@pytest.mark.parametrize("seed", range(5))
def test_invoices_of_one_customer_move_together_as_much_as_was_said(seed: int) -> None:
    some, rho = coming(seed), 0.5
    drawn = cash_paths(some, Shared(rho, 0.0, 0, 0, fresh=True))
    bound = normal_quantile(some.paid_by[:, 0])
    nodes = [NormalDist().inv_cdf((at + 0.5) / 400) for at in range(400)]
    exact = {0: 1.0}
    for customer in np.unique(some.customer):
        rows = np.flatnonzero(some.customer == customer)
        of_one: dict[int, float] = {}
        for node in nodes:
            inside = (bound[rows] - np.sqrt(rho) * node) / np.sqrt(1 - rho)
            chance = np.array([NormalDist().cdf(one) for one in inside])
            for total, p in every_way(some.amount[rows], chance).items():
                of_one[total] = of_one.get(total, 0.0) + p / len(nodes)
        exact = added(exact, of_one)
    assert farthest(drawn[:, 0], exact) < OFF


def test_the_mean_is_kept_whatever_is_shared() -> None:
    some = coming(3, 300, 12)
    for shared in (ALONE, Shared(0.6, 0.1, 0, 0, fresh=True)):
        for alone in (0, 100, 300):
            drawn = cash_paths(some, shared, alone=alone)
            error = drawn.std(axis=0) / np.sqrt(DRAWS)
            assert (np.abs(drawn.mean(axis=0) - some.mean) < 4 * error + 0.5).all()


def test_many_small_invoices_at_once_are_as_wide_as_one_by_one() -> None:
    some = coming(4, 600, 20)
    shared = Shared(0.3, 0.02, 0, 0, fresh=True)
    one_by_one, at_once = (cash_paths(some, shared, alone=alone) for alone in (600, 0))
    for day in range(2):
        spread = one_by_one[:, day].std()
        for level in (0.1, 0.5, 0.9):
            gap = np.quantile(one_by_one[:, day], level) - np.quantile(at_once[:, day], level)
            assert abs(gap) < 0.2 * spread


def test_the_same_books_give_the_same_draws_whatever_their_order() -> None:
    some = coming(5, 40)
    shared = Shared(0.4, 0.1, 0, 0, fresh=True)
    drawn = cash_paths(some, shared)
    assert (cash_paths(some, shared) == drawn).all()
    order = np.random.default_rng(1).permutation(40)
    assert np.allclose(cash_paths(some.take(order), shared), drawn)


def test_the_same_books_a_thousand_times_larger_give_a_thousand_times_the_cash() -> None:
    some = coming(6, 30)
    larger = Coming(amount=some.amount * 1_000, customer=some.customer, paid_by=some.paid_by)
    shared = Shared(0.4, 0.0, 0, 0, fresh=True)
    assert np.allclose(cash_paths(larger, shared), 1_000 * cash_paths(some, shared))


def test_what_has_come_never_falls_and_never_passes_what_is_owed() -> None:
    some = coming(7, 200)
    drawn = cash_paths(some, Shared(0.5, 0.2, 0, 0, fresh=True), alone=50)
    assert (np.diff(drawn, axis=1) >= 0).all()
    assert drawn.min() >= 0
    assert drawn.max() <= some.amount.sum()


def test_one_invoice_is_paid_or_not() -> None:
    one = Coming(
        amount=np.array([700]), customer=np.array([0]), paid_by=np.array([[0.0, 0.3, 1.0]])
    )
    drawn = cash_paths(one, ALONE)
    assert set(np.unique(drawn)) == {0.0, 700.0}
    assert (drawn[:, 0] == 0).all()
    assert (drawn[:, 2] == 700).all()
    assert (drawn[:, 1] == 700).mean() == pytest.approx(0.3, abs=OFF)


def test_no_invoices_bring_nothing() -> None:
    nothing = Coming(
        amount=np.zeros(0, np.int64), customer=np.zeros(0, np.int64), paid_by=np.zeros((0, 3))
    )
    assert not cash_paths(nothing, ALONE).any()
