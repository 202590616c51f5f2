"""The levels of the range: what one broken stretch of the past may do to them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from net30.scoring.distribution import Distribution
from net30.training import small
from net30.training.calibrate import LEVEL, choose_calibration
from net30.training.trials import Question, answers, questions
from tests.training.payers import HORIZON, NAMES, payers

LATER_DAYS = 40


def told_of(asked: list[Question]) -> list[Distribution]:
    return answers(small, small.SETUPS[1], asked, 0)


def test_a_slice_in_which_all_began_to_pay_later_does_not_widen_every_range() -> None:
    asked = questions(payers(600), HORIZON, NAMES, 0)
    told = told_of(asked)
    before, _ = choose_calibration(asked, told)
    first = asked[0]
    moved = replace(first.asked, paid=first.asked.paid + LATER_DAYS)
    broken = [replace(first, asked=moved), *asked[1:]]
    low, high = told[0].quantile(before.low), told[0].quantile(before.high)
    inside = (broken[0].delay >= low) & (broken[0].delay <= high)
    assert inside[broken[0].judged].mean() < 0.2
    after, _ = choose_calibration(broken, told)
    widths = [
        float(np.mean(one.corrected(told[1]).quantile(1 - one.low)
                      - one.corrected(told[1]).quantile(one.low)))
        for one in (before, replace(after, method="none", a=1.0, b=1.0, c=0.0))
    ]  # fmt: skip
    assert widths[1] < 1.25 * widths[0]


def test_without_any_slice_the_levels_are_the_plain_ones() -> None:
    made, _ = choose_calibration([], [])
    assert (made.low, made.high) == (LEVEL, 1 - LEVEL)
