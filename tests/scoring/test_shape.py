"""Shape: a company's own days within what is late, and within what is on time."""

from __future__ import annotations

import numpy as np
import pytest

from net30.scoring.delay_bins import LATE, DelayBins
from net30.scoring.distribution import Distribution
from net30.scoring.level import Level
from net30.scoring.shape import AS_TOLD, shape_of, sides

BINS = DelayBins((-7, 0, 7, 30))
TOLD = np.array([0.1, 0.5, 0.2, 0.1, 0.1])


def told(rows: int) -> Distribution:
    return Distribution(BINS, np.tile(TOLD, (rows, 1)))


def settled(bins: list[int]) -> np.ndarray:
    return np.eye(len(BINS), dtype=np.bool_)[bins]


def shaped(factors: tuple[float, ...]) -> Distribution:
    level = Level(every=0, newcomers=0, fallen=0, late=0, told=0, shape=factors)
    return level.moved(told(1), np.zeros(1, np.float32))


def test_what_came_is_told_and_the_chance_of_being_late_stays() -> None:
    # All that was late came between 8 and 30 days.
    made = shaped(shape_of(told(800), settled([1, 3] * 400)))
    assert made.later_than(LATE)[0] == pytest.approx(0.4)
    assert made.probabilities[0, 3] / 0.4 == pytest.approx((400 + AS_TOLD / 4) / (400 + AS_TOLD))
    assert made.probabilities[0, 0] < 0.01


def test_few_invoices_move_little_and_a_side_without_any_stays_as_told() -> None:
    few, many = (shaped(shape_of(told(n), settled([3] * n))).probabilities[0] for n in (5, 500))
    assert 0.1 < few[3] < many[3] < 0.4
    assert few[3] < 0.2
    np.testing.assert_allclose(few[:2], TOLD[:2])


def test_an_open_invoice_can_still_be_later_and_weighs_in_proportion() -> None:
    later = np.array([[False, False, False, True, True]] * 400)
    made = shaped(shape_of(told(400), later)).probabilities[0]
    assert made[3] == pytest.approx(made[4], rel=1e-6), "nothing tells these two apart"
    assert made[2] < 0.02
    assert made[3] > 0.18


def test_who_came_as_told_moves_nothing() -> None:
    came = [0] * 10 + [1] * 50 + [2] * 20 + [3] * 10 + [4] * 10
    np.testing.assert_allclose(shape_of(told(100), settled(came)), 1)


def test_what_nobody_thought_possible_makes_no_nan() -> None:
    never = Distribution(BINS, np.tile([0.0, 1.0, 0.0, 0.0, 0.0], (50, 1)))
    factors = shape_of(never, settled([4] * 50))
    assert np.isfinite(factors).all()
    assert np.isfinite(shaped(factors).probabilities).all()


def test_the_sides_part_all_bins_at_the_due_day() -> None:
    assert [list(range(len(BINS)))[one] for one in sides(BINS)] == [[0, 1], [2, 3, 4]]
