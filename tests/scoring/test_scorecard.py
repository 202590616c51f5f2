"""The scorecard against what its words mean, and luck that is drawn by whole customers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from net30.scoring.figures import Told, figures, intervals
from net30.scoring.scorecard import (
    COMPARED,
    Came,
    best_in,
    difference,
    draw_customers,
    interval,
    scorecard,
)

ROWS, CUSTOMERS = 240, 16


def came(delay: list[int], customer: list[int] | None = None) -> Came:
    """Outcomes of invoices of 100 that are all due on one day."""
    rows = len(delay)
    return Came(
        delay=np.array(delay),
        due=np.full(rows, 19_000),
        amount=np.full(rows, 100),
        customer=np.array(customer or range(rows)),
    )


def told(late: list[float], late30: list[float] | None = None, days: float = 0.0) -> Told:
    """Predictions with a range of five days to each side."""
    whole = np.full(len(late), days)
    return Told(
        late=np.array(late),
        late30=np.array(late30 or [0.0] * len(late)),
        expected=whole,
        low=whole - 5,
        high=whole + 5,
    )


def many() -> tuple[Told, Told, Came]:
    """One who knows something, one who knows nothing, and the outcomes of some customers."""
    draw = np.random.default_rng(3)
    customer = draw.integers(0, CUSTOMERS, ROWS)
    chance = draw.random(CUSTOMERS)[customer]
    delay = np.where(draw.random(ROWS) < chance, draw.integers(1, 45, ROWS), -2)
    outcome = came(delay.tolist(), customer.tolist())
    return told(chance.tolist(), (chance / 4).tolist()), told([0.5] * ROWS, [0.1] * ROWS), outcome


def test_right_of_those_called_and_found_of_the_late() -> None:
    card = scorecard(told([0.9, 0.6, 0.4, 0.25, 0.1]), came([5, -1, 3, 2, -4]))
    assert card["precision"] == pytest.approx(1 / 2)
    assert card["recall"] == pytest.approx(1 / 3)
    assert card["precision_at_30"] == pytest.approx(2 / 3)
    assert card["recall_at_30"] == pytest.approx(2 / 3)
    assert card["precision_at_20"] == pytest.approx(3 / 4)
    assert card["recall_at_20"] == 1


def test_what_the_outcomes_do_not_allow_is_not_a_number() -> None:
    card = scorecard(told([0.15, 0.2]), came([-3, -1]))
    for name in ("auc", "ap30", "precision", "recall", "recall30", "high_late", "accuracy_90"):
        assert math.isnan(card[name]), name
    assert card["accuracy_80"] == 1


def test_more_than_thirty_days_late_is_judged_by_its_own_chance() -> None:
    card = scorecard(told([0.9] * 4, [0.7, 0.6, 0.2, 0.1]), came([40, 3, 31, 30]))
    assert card["precision30"] == pytest.approx(1 / 2)
    assert card["recall30"] == pytest.approx(1 / 2)
    assert card["late30_rate"] == pytest.approx(1 / 2)


def test_the_high_band_is_judged_by_how_many_of_it_were_late() -> None:
    card = scorecard(told([0.75, 0.2, 0.2, 0.6], [0.0, 0.35, 0.0, 0.1]), came([1, 2, 3, -5]))
    assert card["high_share"] == pytest.approx(1 / 2)
    assert card["high_late"] == 1


def test_selective_figures_tell_the_share_that_is_decided() -> None:
    card = scorecard(told([0.15, 0.85, 0.95, 0.5]), came([-1, -1, 4, 4]))
    assert card["decided_80"] == pytest.approx(3 / 4)
    assert card["accuracy_80"] == pytest.approx(2 / 3)
    assert card["decided_90"] == pytest.approx(1 / 4)
    assert card["accuracy_90"] == 1


def test_early_called_on_time_flatters_the_error_in_days() -> None:
    card = scorecard(told([0.5] * 3, days=-2.0), came([-8, -2, 4]))
    assert card["mae"] == pytest.approx(4)
    assert card["mae_early_as_due"] == pytest.approx(4 / 3)


def test_money_in_another_week_is_a_cash_error() -> None:
    assert scorecard(told([0.5], days=14), came([0]))["cash"] == 2
    assert scorecard(told([0.5], days=0.4), came([0]))["cash"] == 0


def test_a_scorecard_has_every_plain_figure() -> None:
    knowing, _, outcome = many()
    card = scorecard(knowing, outcome)
    assert card.items() >= figures(knowing, outcome.delay).items()
    assert set(COMPARED) <= set(card)


def test_intervals_are_those_of_figures_and_the_same_each_time() -> None:
    knowing, nothing, outcome = many()
    steps: list[tuple[int, int]] = []
    drawn = draw_customers(
        {"a": knowing, "b": nothing},
        outcome,
        draws=30,
        seed=4,
        progress=lambda done, of: steps.append((done, of)),
    )
    expected = intervals(knowing, outcome.delay, outcome.customer, draws=30, seed=4)
    for name, ends in expected.items():
        assert interval(drawn["a"][name]) == pytest.approx(ends), name
    again = draw_customers({"a": knowing}, outcome, draws=30, seed=4)
    assert np.array_equal(again["a"]["brier"], drawn["a"]["brier"])
    assert steps[-1] == (30, 30)


def test_a_difference_is_judged_on_the_same_draws() -> None:
    knowing, nothing, outcome = many()
    cards = {"a": scorecard(knowing, outcome), "b": scorecard(nothing, outcome)}
    drawn = draw_customers({"a": knowing, "b": nothing}, outcome, draws=60)
    for figure in ("brier", "auc"):
        ours = difference(("a", cards["a"]), ("b", cards["b"]), figure, drawn)
        theirs = difference(("b", cards["b"]), ("a", cards["a"]), figure, drawn)
        assert (ours.says, theirs.says) == ("better", "worse")
        assert ours.value == pytest.approx(-theirs.value)
    itself = difference(("a", cards["a"]), ("a", cards["a"]), "mae", drawn)
    assert (itself.value, itself.low, itself.high, itself.says) == (0, 0, 0, "the same")


def test_a_figure_that_no_draw_allows_has_no_interval_and_no_verdict() -> None:
    outcome = came([-1] * 6, [0, 0, 1, 1, 2, 2])
    one = told([0.2] * 6)
    drawn = draw_customers({"a": one, "b": one}, outcome, draws=5)
    card = scorecard(one, outcome)
    assert all(math.isnan(end) for end in interval(drawn["a"]["auc"]))
    assert difference(("a", card), ("b", card), "auc", drawn).says == "not known"


def test_the_best_is_the_highest_or_the_lowest_as_the_figure_has_it() -> None:
    cards = {
        "a": {"auc": 0.8, "brier": 0.2, "ap30": math.nan},
        "b": {"auc": 0.9, "brier": 0.1, "ap30": 0.1},
        "c": {"auc": 0.9, "brier": 0.3, "ap30": math.nan},
    }
    assert [best_in(figure, cards) for figure in ("auc", "brier", "ap30")] == ["b", "b", "b"]
