"""Cash days: expected days and their range, against sums that anybody can follow."""

from __future__ import annotations

import numpy as np
import pytest

from net30.scoring.cash_days import Plan, cash_days, late_days, mean_delay, saved_days
from net30.scoring.delay_bins import DelayBins
from net30.scoring.distribution import Distribution

BINS = DelayBins((-1, 0, 30))


def delay(*rows: list[float]) -> Distribution:
    return Distribution(BINS, np.array(rows, np.float64))


def plan(amounts: list[int], terms: list[int], *rows: list[float]) -> Plan:
    return Plan(np.array(amounts), np.array(terms), delay(*rows))


def test_a_bin_counts_as_its_middle_day() -> None:
    # The bins are -60..-1, 0, 1..30 and 31..150.
    assert mean_delay(delay([0, 1, 0, 0], [0, 0, 1, 0], [0, 0.5, 0, 0.5])).tolist() == [
        0.0,
        15.5,
        pytest.approx((0 + 90.5) / 2),
    ]


def test_late_days_are_those_past_due_or_past_a_later_day() -> None:
    told = delay([0.5, 0.5, 0, 0], [0, 0, 1, 0])
    assert late_days(told).tolist() == [pytest.approx(0.0625), 15.5]
    by_loop = np.mean([max(d - 10, 0) for d in np.linspace(0.5, 30.5, 60_001)])
    assert late_days(told, 10)[1] == pytest.approx(by_loop, abs=1e-3)


def test_cash_days_are_weighted_by_amount() -> None:
    on_due = [0.0, 1.0, 0.0, 0.0]
    found = cash_days(plan([3, 1], [10, 30], on_due, on_due))
    assert found.expected == pytest.approx(15)
    assert [found.low, found.high] == pytest.approx([14.6, 15.4])


def test_nobody_pays_before_there_is_an_invoice() -> None:
    found = cash_days(plan([1], [0], [1.0, 0.0, 0.0, 0.0]))
    assert (found.expected, found.low, found.high) == (0, 0, 0)


def test_terms_that_change_nothing_but_the_due_date_save_their_difference() -> None:
    habit = [0.1, 0.2, 0.6, 0.1]
    now, instead = plan([5], [60], habit), plan([5], [30], habit)
    saved = saved_days(now, instead)
    assert saved.expected == pytest.approx(30)
    assert [saved.low, saved.high] == pytest.approx([30, 30])
    assert saved_days(instead, now).expected == pytest.approx(-30)


def test_the_range_holds_the_mean() -> None:
    saved = saved_days(plan([1], [30], [0, 0.95, 0, 0.05]), plan([1], [30], [0, 1.0, 0, 0]))
    assert saved.expected == pytest.approx(0.05 * 90.5)
    assert saved.low <= saved.expected <= saved.high
