"""Distribution laws: one set of probabilities that never contradicts itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from net30.features.invoices import Invoices
from net30.kernel.errors import InputError
from net30.scoring.calibration import Calibration
from net30.scoring.delay_bins import GRID, HIGH_RISK, LATE, DelayBins, bins_for
from net30.scoring.distribution import Distribution
from net30.scoring.score import ANY_DAY, least_delay
from net30.scoring.score import given as once_unpaid
from tests.features.ledgers import DAY_0, One, ledgers, table

BINS = DelayBins((-7, -1, 0, 3, 14, 30, 60))
LEVELS = (0.02, 0.1, 0.5, 0.9, 0.98)


@st.composite
def distributions(draw: st.DrawFn) -> Distribution:
    """Some invoices' probabilities, many of them 0."""
    rows = draw(st.integers(1, 5))
    weights: Any = draw(
        arrays(np.float64, (rows, len(BINS)), elements=st.sampled_from([0.0, 0.0, 0.01, 1.0, 30.0]))
    )
    weights[:, draw(st.integers(0, len(BINS) - 1))] += 0.5
    return Distribution(BINS, weights / weights.sum(axis=1, keepdims=True))


def check_laws(made: Distribution) -> None:
    assert np.allclose(made.probabilities.sum(axis=1), 1, atol=1e-9)
    assert (made.probabilities >= -1e-12).all()
    later = np.array([made.later_than(day) for day in BINS.last])
    assert (np.diff(later, axis=0) <= 1e-12).all(), "being later is never likelier"
    assert ((later >= 0) & (later <= 1)).all()
    quantiles = np.array([made.quantile(level) for level in LEVELS])
    assert (np.diff(quantiles, axis=0) >= -1e-9).all(), "quantiles rise"


@settings(max_examples=100)
@given(made=distributions())
def test_probabilities_quantiles_and_what_is_later_agree(made: Distribution) -> None:
    check_laws(made)
    # P(late) is above a half exactly where the median is after the due day's end.
    late, median = made.later_than(LATE), made.quantile(0.5)
    sure = np.abs(late - 0.5) > 1e-9
    assert ((late > 0.5) == (median > LATE + 0.5))[sure].all()


@settings(max_examples=100)
@given(made=distributions(), days=st.integers(-90, 200))
def test_what_is_known_to_be_unpaid_is_later_and_still_consistent(
    made: Distribution, days: int
) -> None:
    least = np.full(len(made.probabilities), days)
    then = made.given_unpaid(least)
    check_laws(then)
    assert (then.later_than(LATE) >= made.later_than(LATE) - 1e-9).all()
    if days > LATE:
        assert np.allclose(then.later_than(LATE), 1)
    if days > HIGH_RISK:
        assert np.allclose(then.later_than(HIGH_RISK), 1)
    again = then.given_unpaid(least)
    assert (again.later_than(HIGH_RISK) >= then.later_than(HIGH_RISK) - 1e-9).all()


@settings(max_examples=50)
@given(made=distributions(), first=st.integers(-30, 40))
def test_waiting_until_a_bin_ends_is_the_bayes_rule(made: Distribution, first: int) -> None:
    # At the end of a bin nothing has to be shared out: P(later) / P(not paid yet).
    for day in (LATE, HIGH_RISK):
        remaining = made.later_than(LATE)
        some = remaining > 1e-6
        then = made.given_unpaid(np.full(len(remaining), LATE + 1)).later_than(day)
        expected = made.later_than(day)[some] / remaining[some]
        assert np.allclose(then[some], np.minimum(expected, 1), atol=1e-6)


@settings(max_examples=80)
@given(
    made=distributions(),
    a=st.floats(0, 5),
    b=st.floats(0, 5),
    c=st.floats(-4, 4),
    low=st.floats(0.02, 0.4),
)
def test_a_corrected_distribution_is_one_too(
    made: Distribution, a: float, b: float, c: float, low: float
) -> None:
    check_laws(Calibration("beta", a, b, c, low, 1 - low).corrected(made))


def test_no_correction_leaves_the_very_same_distribution() -> None:
    made = Distribution(BINS, np.eye(len(BINS)))
    assert Calibration().corrected(made) is made
    assert np.allclose(Calibration("shift").bend(np.array([0.0, 0.3, 1.0])), [0, 0.3, 1])


@given(delay=st.lists(st.integers(-100, 300), max_size=60), count=st.integers(3, 30))
def test_bins_always_end_at_the_due_day_and_thirty_days_later(delay: list[int], count: int) -> None:
    bins = bins_for(np.array(delay, np.int64), count)
    assert len(bins) == count
    assert {LATE, HIGH_RISK} <= set(bins.last) <= {*GRID, *delay, *(day - 1 for day in delay)}
    place = bins.of(np.array(delay, np.int64))
    for day, at in zip(delay, place.tolist(), strict=True):
        assert at == 0 or bins.last[at - 1] < day
        assert at == len(bins) - 1 or day <= bins.last[at]


def test_a_far_day_on_which_many_pay_is_a_bin_of_its_own() -> None:
    draw = np.random.default_rng(0)
    many = np.rint(draw.normal(2, 6, 900)).astype(np.int64)
    discount = bins_for(np.concatenate([many, np.full(100, -20)]), 18)
    assert {-21, -20} <= set(discount.last)
    few = bins_for(np.concatenate([many, np.full(30, -20)]), 18)
    assert set(few.last) <= set(GRID)


@pytest.mark.parametrize("last", [(0, 0, 30), (0, 29), (30, 0), (1, 30)])
def test_bins_that_cannot_tell_what_is_late_are_refused(last: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="0 and 30"):
        DelayBins(last)


@settings(max_examples=60)
@given(rows=ledgers(12), horizon=st.integers(DAY_0, DAY_0 + 200))
def test_an_open_invoice_can_still_end_in_every_bin_that_has_not_passed(
    rows: list[One], horizon: int
) -> None:
    known = table(rows).as_of(horizon)
    possible = BINS.possible(known, horizon)
    for place, row in enumerate(one for one in rows if one.issued < horizon):
        paid = row.paid is not None and max(row.paid, row.known or row.paid) < horizon
        for at in range(len(BINS)):
            start = -(10**6) if at == 0 else BINS.last[at - 1] + 1
            end = 10**6 if at == len(BINS) - 1 else BINS.last[at]
            if paid:
                delay = int(np.clip((row.paid or 0) - row.due, -1095, 1095))
                assert possible[place, at] == (start <= delay <= end)
            else:
                assert possible[place, at] == (end >= horizon - row.due)


def test_only_what_was_issued_before_the_horizon_is_known_to_be_unpaid() -> None:
    asked: Invoices = table(
        [
            One(customer=0, issued=DAY_0, due=DAY_0 + 10, amount=1),
            One(customer=0, issued=DAY_0 + 50, due=DAY_0 + 60, amount=1),
        ]
    )
    least = least_delay(asked, DAY_0 + 50)
    assert least.tolist() == [40, ANY_DAY]
    made = Distribution(BINS, np.tile(np.full(len(BINS), 1 / len(BINS)), (2, 1)))
    then = once_unpaid(made, least)
    assert np.allclose(then.later_than(LATE), [1, made.later_than(LATE)[1]])
    # To the bit: what is known of one invoice says nothing of those scored beside it.
    assert then.probabilities[1].tobytes() == made.probabilities[1].tobytes()
    assert once_unpaid(made, least[[0, 0]]).probabilities[0].tobytes() == (
        then.probabilities[0].tobytes()
    )
    assert once_unpaid(made, least[1:]) is made


def test_many_rows_are_added_up_and_bent_as_a_few_are() -> None:
    rng = np.random.default_rng(4)
    each = rng.dirichlet(np.ones(4) / 3, 1_500)
    each[:9] = np.eye(4)[rng.integers(0, 4, 9)]  # certain ones
    levels = Calibration("beta", a=1.2, b=0.8, c=-0.3)
    bins = DelayBins((-1, 0, 30))

    def told(rows: slice) -> list[bytes]:
        made = levels.corrected(Distribution(bins, each[rows]))
        late = (made.later_than(0), made.later_than(30), *map(made.quantile, (0.1, 0.5, 0.9)))
        return [made.probabilities.tobytes(), made.paid_by.tobytes(), *(x.tobytes() for x in late)]

    parts = [told(slice(at, at + 100)) for at in range(0, 1_500, 100)]
    assert told(slice(None)) == [b"".join(part) for part in zip(*parts, strict=True)]


def test_who_pays_after_two_hundred_days_is_told_apart_and_in_full() -> None:
    delay = np.concatenate([np.arange(-5, 5), np.arange(190, 260)])
    bins = bins_for(delay, 18)
    assert sum(one > 150 for one in bins.last) >= 3
    share = np.bincount(bins.of(delay), minlength=len(bins)) / len(delay)
    middle = float(Distribution(bins, share[None, :]).quantile(0.5)[0])
    assert abs(middle - float(np.median(delay))) < 15


def test_of_ends_that_no_delay_is_near_the_farthest_are_given_up() -> None:
    bins = bins_for(np.array([0] * 90 + [36] * 10), 18)
    assert max(bins.last) <= 45
