"""Figures against scikit-learn, and against what the words mean."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net30.scoring.figures import (
    Told,
    auc,
    average_precision,
    calibration_error,
    figures,
    intervals,
    selective,
    weekly_cash_error,
)

metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is in the extra ml")
CHANCES = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.5000001, 0.9, 1.0])
ROWS = st.lists(st.tuples(st.booleans(), CHANCES), min_size=1, max_size=60)


def told(late: list[float], **more: list[float]) -> Told:
    zeros = [0.0] * len(late)
    columns = {
        "late30": more.get("late30", late),
        "expected": more.get("expected", zeros),
        "low": more.get("low", zeros),
        "high": more.get("high", zeros),
    }
    return Told(late=np.array(late), **{name: np.array(one) for name, one in columns.items()})


@settings(max_examples=150)
@given(rows=ROWS)
def test_areas_and_precisions_are_those_of_scikit_learn(rows: list[tuple[bool, float]]) -> None:
    hit = np.array([one for one, _ in rows])
    p = np.array([two for _, two in rows])
    if 0 < hit.sum() < len(hit):
        assert math.isclose(auc(hit, p), metrics.roc_auc_score(hit, p), abs_tol=1e-12)
    else:
        assert math.isnan(auc(hit, p))
    if hit.any():
        expected = metrics.average_precision_score(hit, p)
        assert math.isclose(average_precision(hit, p), expected, abs_tol=1e-12)
    else:
        assert math.isnan(average_precision(hit, p))


@settings(max_examples=60)
@given(rows=st.lists(st.tuples(st.integers(-40, 90), CHANCES), min_size=2, max_size=60))
def test_brier_and_mean_errors_are_those_of_scikit_learn(rows: list[tuple[int, float]]) -> None:
    delay = np.array([one for one, _ in rows])
    p = [two for _, two in rows]
    expected = [2.0] * len(p)
    found = figures(told(p, expected=expected), delay)
    late = (delay > 0).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one class only: scikit-learn warns, the figure stands
        brier = metrics.brier_score_loss(late, p, pos_label=1)
    assert math.isclose(found["brier"], brier, abs_tol=1e-12)
    assert math.isclose(found["mae"], metrics.mean_absolute_error(delay, expected))
    right = metrics.accuracy_score(late, np.array(p) >= 0.5)
    assert math.isclose(found["accuracy"], right)
    assert found["n"] == len(rows)
    assert math.isclose(found["late_rate"], late.mean())


def test_the_interval_score_is_the_width_and_ten_times_what_was_missed() -> None:
    found = figures(told([0.5] * 3, low=[-1.0] * 3, high=[4.0] * 3), np.array([0, 6, -4]))
    assert found["cover"] == pytest.approx(1 / 3)
    assert found["width"] == 5
    assert found["interval_score"] == pytest.approx(5 + (20 + 30) / 3)


def test_calibration_error_is_nothing_where_each_group_is_right_on_average() -> None:
    hit = np.array([True] * 30 + [False] * 70 + [True] * 60 + [False] * 40)
    p = np.array([0.3] * 100 + [0.6] * 100)
    assert calibration_error(hit, p) == pytest.approx(0)
    assert calibration_error(hit, np.full(200, 0.95)) == pytest.approx(0.5)


def test_the_weekly_cash_error_counts_money_that_came_in_another_week() -> None:
    delay, due = np.array([0, 10]), np.array([0, 0])
    amount = np.array([100, 300])
    assert weekly_cash_error(told([0.5, 0.5]), delay, due, amount) == pytest.approx(600 / 400)
    exact = told([0.5, 0.5], expected=[0.0, 9.6])
    assert weekly_cash_error(exact, delay, due, amount) == 0


def test_selective_figures_count_only_what_the_model_is_sure_of() -> None:
    found = selective(told([0.05, 0.5, 0.9, 0.95]), np.array([-1, 3, 3, -3]), 0.9)
    assert found == {"decided": 0.75, "accuracy": pytest.approx(2 / 3)}
    assert math.isnan(selective(told([0.5]), np.array([1]), 0.9)["accuracy"])


def test_intervals_hold_the_figure_and_are_the_same_each_time() -> None:
    draw = np.random.default_rng(0)
    delay = draw.integers(-10, 20, 300)
    said = told(list(draw.random(300)))
    customer = draw.integers(0, 30, 300)
    found = intervals(said, delay, customer, draws=60)
    low, high = found["auc"]
    assert low < figures(said, delay)["auc"] < high
    assert found == intervals(said, delay, customer, draws=60)
    assert "ap30" not in intervals(said, np.minimum(delay, 5), customer, draws=3)
