"""The ensemble: several models as one distribution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from net30.kernel.errors import InputError
from net30.scoring.distribution import Distribution
from net30.training import lightgbm, random_forest, small
from net30.training.ensemble import MEMBERS_MAX, blended, fit, wanted
from net30.training.softmax import Floats
from net30.training.trials import Question
from tests.training.payers import BINS, HORIZON, NAMES, lesson, payers

KNOWN = payers()


def question() -> Question:
    """All payers asked about, as if on one day."""
    sample = lesson(KNOWN)
    return Question(sample, KNOWN, KNOWN, sample.matrix[: len(KNOWN)], HORIZON)


def truth(asked: Question, sure: float) -> Floats:
    """What comes to pass, told with a certainty, and the rest spread."""
    given = BINS.possible(asked.asked, HORIZON)
    right: Floats = given / given.sum(axis=1, keepdims=True)
    found: Floats = sure * right + (1 - sure) / len(BINS)
    return found


def said(told: Floats) -> list[Distribution]:
    return [Distribution(BINS, told)]


def test_it_wants_what_its_members_want_in_order() -> None:
    assert wanted({"small.0": 1.0}, NAMES) == small.wanted({}, NAMES)
    both = wanted({"small.0": 0.5, "lightgbm.0": 0.5}, NAMES)
    assert list(both) == [
        one for one in NAMES if one in {*small.wanted({}, NAMES), *lightgbm.wanted({}, NAMES)}
    ]


def test_it_says_the_weighted_mean_of_its_members() -> None:
    sample = lesson()
    whole = fit(sample, {"small.0": 3.0, "small.1": 1.0}, 0)
    one, two = (
        small.fit(sample.narrowed(small.wanted({}, NAMES)), setup, 0) for setup in small.SETUPS[:2]
    )
    rows = sample.narrowed(small.wanted({}, NAMES)).matrix
    expected = 0.75 * one.probabilities(rows) + 0.25 * two.probabilities(rows)
    np.testing.assert_allclose(whole.probabilities(sample.matrix), expected)


def test_who_knew_more_weighs_more_and_who_knew_nothing_is_left_out() -> None:
    asked = question()
    tried = [
        ("lightgbm", lightgbm.SETUPS[1], said(truth(asked, 0.6))),
        ("small", small.SETUPS[0], said(truth(asked, 0.5))),
        ("random_forest", random_forest.SETUPS[0], said(truth(asked, 0.0))),
    ]
    many = [replace(asked, asked=asked.asked) for _ in range(8)]
    setup, told = blended([(name, one, answer * 8) for name, one, answer in tried], many)
    assert next(iter(setup)) == "lightgbm.1"
    assert "random_forest.0" not in setup
    assert setup["lightgbm.1"] > 0.5
    assert sum(setup.values()) == pytest.approx(1)
    assert len(told) == 8
    np.testing.assert_allclose(told[0].probabilities.sum(axis=1), 1)


def test_equal_members_have_equal_weights_and_there_are_few() -> None:
    asked = question()
    told = said(truth(asked, 0.3))
    tried = [("small", one, told) for one in small.SETUPS[:2]]
    assert blended(tried, [asked])[0] == pytest.approx({"small.0": 0.5, "small.1": 0.5})
    tried += [("lightgbm", one, told) for one in lightgbm.SETUPS]
    assert len(blended(tried, [asked])[0]) == MEMBERS_MAX


def test_a_single_family_is_an_ensemble_of_one() -> None:
    asked = question()
    setup, told = blended([("small", small.SETUPS[1], said(truth(asked, 0.4)))], [asked])
    assert setup == {"small.1": 1.0}
    np.testing.assert_array_equal(told[0].probabilities, truth(asked, 0.4))


@pytest.mark.parametrize(
    ("setup", "says"),
    [
        ({}, "without members"),
        ({"oracle.0": 1.0}, "no family 'oracle'"),
        ({"small.7": 1.0}, "no setup '7'"),
        ({"small": 1.0}, "no setup ''"),
    ],
)
def test_members_that_are_none_are_refused(setup: dict[str, float], says: str) -> None:
    with pytest.raises(InputError, match=says):
        fit(lesson(), setup, 0)
