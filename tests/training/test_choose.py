"""Choosing among families: by trials in the order of time, within a budget."""

from __future__ import annotations

from dataclasses import replace

import pytest

from net30.training.choose import Choice, choose, worth_its_cost
from net30.training.ensemble import MEMBERS
from net30.training.lightgbm import SETUPS as LIGHTGBM
from net30.training.small import SETUPS as SMALL
from net30.training.trials import Question, questions
from tests.training.payers import HORIZON, NAMES, payers


@pytest.fixture(scope="module")
def asked() -> list[Question]:
    return questions(payers(600), HORIZON, NAMES, 0)


@pytest.fixture(scope="module")
def found(asked: list[Question]) -> list[Choice]:
    return choose(asked, ["small", "lightgbm", "ensemble"], seed=0)


def test_every_setup_of_every_family_is_tried_the_best_comes_first(found: list[Choice]) -> None:
    singles = [one for one in found if one.family != "ensemble"]
    assert len(singles) == len(SMALL) + len(LIGHTGBM)
    assert [one.score for one in singles] == sorted(one.score for one in singles)
    assert all(one.figures["n"] == found[0].figures["n"] for one in found)


def test_with_few_invoices_the_small_family_comes_before_the_trees(found: list[Choice]) -> None:
    singles = [one for one in found if one.family != "ensemble"]
    assert singles[0].family == "small"


def test_the_ensemble_comes_first_only_where_it_gains(found: list[Choice]) -> None:
    (whole,) = [one for one in found if one.family == "ensemble"]
    best = min(one.score for one in found if one.family != "ensemble")
    assert whole.score < best * 1.02
    assert (found[0] is whole) == (whole.score < best * 0.995)
    assert sum(whole.setup.values()) == pytest.approx(1)
    assert all(name.partition(".")[0] in {"small", "lightgbm"} for name in whole.setup)


def test_an_ensemble_that_alone_is_good_enough_comes_first_however_little_it_gains() -> None:
    assert worth_its_cost(0.999, 1.001)
    assert worth_its_cost(0.9, 0.95)
    assert not worth_its_cost(0.899, 0.9)
    assert not worth_its_cost(1.001, 1.002)


def test_the_same_seed_chooses_the_same(asked: list[Question]) -> None:
    one, two = (choose(asked, ["small"], seed=3) for _ in range(2))
    assert [(c.setup, c.score) for c in one] == [(c.setup, c.score) for c in two]


def test_no_further_setup_is_begun_once_the_budget_is_spent(asked: list[Question]) -> None:
    steps: list[tuple[str, int, int]] = []
    found = choose(
        asked,
        ["small", "lightgbm"],
        seed=0,
        budget_seconds=0,
        tell=lambda step, done, of: steps.append((step, done, of)),
    )
    assert [(one.family, one.setup) for one in found] == [("small", SMALL[0])]
    assert steps == [("trying small", 0, len(SMALL) + len(LIGHTGBM))]


def test_the_ensemble_alone_tries_its_usual_members_and_comes_first(asked: list[Question]) -> None:
    found = choose(asked, ["ensemble"], seed=0, budget_seconds=0)
    assert [one.family for one in found] == ["ensemble", MEMBERS[0]]


def test_errors_too_small_to_matter_are_none(found: list[Choice]) -> None:
    one = found[0]
    never_wrong = {"brier": 0.0, "mae": 0.0, "interval_score": 0.0}
    hardly = {"brier": 1e-4, "mae": 0.2, "interval_score": 0.8}
    made = replace(one, figures=hardly, baselines={"customer_median": never_wrong})
    assert made.score == 1
    worse = replace(made, figures=hardly | {"mae": 1.0})
    assert worse.score == pytest.approx(4 / 3)
