"""P(paid by a day), what invoices share, and normal quantiles."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from net30.features.invoices import OPEN, Invoices
from net30.scoring.delay_bins import DelayBins
from net30.scoring.distribution import Distribution
from net30.scoring.normal import FAR, normal_density, normal_quantile
from net30.scoring.paid_by import EVERY_DAY, NO_TAIL, Paydays, Tail, paid_by, paydays_of, tail_of
from net30.scoring.shared import NOTHING_JUDGED, shared_of

BINS = DelayBins((-5, 0, 5, 30, 60))
TOLD = np.array([[0.1, 0.3, 0.3, 0.2, 0.05, 0.05]])


def given(least: int) -> Distribution:
    return Distribution(BINS, TOLD).given_unpaid(np.array([least]))


def by(least: int, upto: int, tail: Tail = NO_TAIL) -> float:
    habits = (tail, EVERY_DAY)
    due = 20_000
    return float(paid_by(given(least), np.array([due]), np.array([least]), due + upto, habits)[0])


def test_nothing_is_paid_before_the_least_delay_and_all_in_the_end() -> None:
    for least in (-50, -3, 0, 7, 45, 100, 400):
        assert by(least, least - 1) == pytest.approx(0)
        assert by(least, least + 5_000) == pytest.approx(1)
        days = [by(least, least + more) for more in range(0, 200, 5)]
        assert days == sorted(days)


def test_bins_that_have_not_begun_are_told_whole() -> None:
    assert by(-59, 0) == pytest.approx(0.4 - 0.1 * (1 - 0.9818) / 1, abs=0.01)
    assert by(1, 5) == pytest.approx(0.5)
    assert by(1, 30) == pytest.approx(0.5 + 0.2 / 0.6)


def test_a_bin_that_has_partly_passed_is_spread_over_what_is_left() -> None:
    # Five days of the bin 1..5; two of them left, in proportion 2/5.
    left = 0.3 * 2 / 5
    assert by(4, 4) == pytest.approx(left / 2 / (left + 0.3))


def test_what_is_very_late_waits_as_the_ledger_has_shown() -> None:
    tail = Tail(0.01, 10, 1_000)
    assert by(400, 429, tail) == pytest.approx(1 - np.exp(-0.01 * 30))


def test_within_a_bin_quiet_days_bring_nothing() -> None:
    monday = 4  # 1970-01-05
    weekdays = Paydays((0.2, 0.2, 0.2, 0.2, 0.2, 0.0, 0.0))
    told = Distribution(BINS, np.array([[0.0, 0.0, 0.0, 1.0, 0.0, 0.0]]))
    # The bin holds 6..30 days after a due day on a Wednesday: Tuesday to Friday, three weeks.
    due, least = np.array([monday + 2]), np.array([0])
    by_day = [
        float(paid_by(told, due, least, int(due[0]) + day, (NO_TAIL, weekdays))[0])
        for day in range(5, 31)
    ]
    assert by_day[0] == 0
    gains = np.diff(by_day)
    weekday = (int(due[0]) + np.arange(6, 31) + 3) % 7
    assert gains[weekday >= 5] == pytest.approx(0)
    assert gains[weekday < 5] == pytest.approx(1 / (weekday < 5).sum())


def test_paydays_are_counted() -> None:
    paid = np.array([4, 5, 5, 11])
    known = Invoices(customer=paid, issued=paid - 9, due=paid, amount=paid, paid=paid, known=paid)
    assert paydays_of(known, 20).shares == pytest.approx(np.array([3, 3, 1, 1, 1, 1, 1]) / 11)


def test_the_tail_counts_payments_and_days_of_waiting() -> None:
    due = np.zeros(4, np.int64)
    known = Invoices(
        customer=due,
        issued=due - 30,
        due=due,
        amount=due + 1,
        paid=np.array([10, 80, OPEN, OPEN]),
        known=np.array([10, 80, OPEN, OPEN]),
    )
    tail = tail_of(known, 60, 100)
    assert (tail.payments, tail.days) == (1, 20 + 40 + 40)
    assert tail.hazard == pytest.approx(2 / 160)


def test_quantiles_are_those_of_the_normal_distribution() -> None:
    for p in (1e-9, 0.001, 0.02425, 0.3, 0.5, 0.77, 0.99, 1 - 1e-7):
        assert normal_quantile(np.array([p]))[0] == pytest.approx(NormalDist().inv_cdf(p), abs=1e-7)
    assert normal_quantile(np.array([0.0, 1.0])).tolist() == [-FAR, FAR]
    assert normal_density(np.array([1.0]))[0] == pytest.approx(NormalDist().pdf(1))


def settled(rho: float, company: float = 0.0, count: int = 4_000) -> tuple[Distribution, Invoices]:
    """Delays drawn from what was told, moved together within customers and months."""
    draw = np.random.default_rng(11)
    customer, month = draw.integers(0, 40, count), draw.integers(0, 12, count)
    common = draw.standard_normal((40, 12))[customer, month]
    every = draw.standard_normal(12)[month]
    own = draw.standard_normal(count)
    score = np.sqrt(rho) * common + np.sqrt(company) * every + np.sqrt(1 - rho - company) * own
    upto = normal_quantile(np.cumsum(TOLD[0]))
    places = np.searchsorted(upto, score)
    middle = np.array([-10, -3, 3, 15, 45, 90])[places]
    due = month * 28 + 5
    one = Invoices(
        customer=customer,
        issued=due - 30,
        due=due,
        amount=np.full(count, 100),
        paid=due + middle,
        known=due + middle,
    )
    return Distribution(BINS, np.repeat(TOLD, count, axis=0)), one


@pytest.mark.parametrize(("rho", "company"), [(0.0, 0.0), (0.3, 0.0), (0.6, 0.0), (0.3, 0.2)])
def test_what_was_shared_is_found_again(rho: float, company: float) -> None:
    found = shared_of(*settled(rho, company), fresh=True)
    # Bins hide a part of what moves; three months of a prior are added to twelve.
    assert found.customer == pytest.approx(0.8 * 0.9 * rho + 0.2 * 0.3, abs=0.08)
    assert found.company == pytest.approx(0.8 * 0.9 * company, abs=0.1)
    assert found.months == 12


def test_few_settled_invoices_show_nothing() -> None:
    assert shared_of(*settled(0.5, count=20), fresh=True) == NOTHING_JUDGED
