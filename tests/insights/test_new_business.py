"""New business: what weeks have shown of the weeks to come."""

from __future__ import annotations

import numpy as np
import pytest

from net30.features.invoices import OPEN, Invoices
from net30.insights.new_business import learn_new_business, new_paths, whole_weeks

HORIZON = 20_000
DAYS = 97


def invoices(weeks: int, *, seed: int = 1, paid_after: int = 20, spread: int = 15) -> Invoices:
    """Two invoices on every day but Sundays, paid later; what is not known yet is open."""
    draw = np.random.default_rng(seed)
    days = HORIZON - 7 * weeks + np.arange(7 * weeks)
    issued = np.repeat(days[(days + 3) % 7 != 6], 2)
    count = len(issued)
    paid = issued + paid_after + draw.integers(0, spread + 1, count)
    every = Invoices(
        customer=draw.integers(0, 5, count),
        issued=issued,
        due=issued + 30,
        amount=draw.integers(50, 150, count) * 100,
        paid=paid,
        known=paid,
    )
    return every.as_of(HORIZON)


def test_less_than_four_weeks_tell_nothing() -> None:
    assert learn_new_business(invoices(3), HORIZON, DAYS) is None
    assert learn_new_business(invoices(3).take(slice(0, 0)), HORIZON, DAYS) is None
    assert learn_new_business(invoices(4), HORIZON, DAYS) is not None


def test_the_same_every_week_is_told_without_doubt() -> None:
    some = invoices(30, spread=0)
    same = Invoices(
        customer=some.customer,
        issued=some.issued,
        due=some.due,
        amount=np.full(len(some), 1_000),
        paid=some.paid,
        known=some.known,
    )
    new = learn_new_business(same, HORIZON, DAYS)
    assert new is not None
    ends = HORIZON - 1 + np.array([7, 14, 19, 20, 28, 90])
    invoiced, paid = new_paths(new, HORIZON, ends)
    a_week = 12_000
    assert new.level == pytest.approx(a_week)
    assert invoiced[:, [0, 1, 4]] == pytest.approx(
        np.outer(np.ones(len(invoiced)), [1, 2, 4]) * a_week
    )
    # The first invoice is paid on the 21st day: issued on the first, paid twenty days later.
    assert paid[:, :4] == pytest.approx(0, abs=1e-6)
    assert (paid[:, 4] > 0).all()
    assert np.ptp(paid[:, 5]) == pytest.approx(0, abs=1e-6)


def test_days_to_payment_are_those_a_slow_loop_finds() -> None:
    every = invoices(40, seed=3)
    some = every.take((every.issued + 3) % 7 == 2)
    new = learn_new_business(some, HORIZON, DAYS)
    assert new is not None
    left, recent = 1.0, [at for at in range(len(some)) if some.issued[at] >= HORIZON - 120]
    for day in range(50):
        at_risk = paid = 0
        for at in recent:
            is_paid = some.paid[at] < OPEN
            waited = (some.paid[at] if is_paid else HORIZON - 1) - some.issued[at]
            at_risk += int(some.amount[at]) if waited >= day else 0
            paid += int(some.amount[at]) if waited == day and is_paid else 0
        left *= 1 - (paid / at_risk if at_risk else 0)
        assert new.paid[2, day] == pytest.approx(1 - left)


def test_nothing_later_changes_it() -> None:
    some, day = invoices(60, seed=4), HORIZON - 70
    before = learn_new_business(some.as_of(day), day, DAYS)
    erased = some.take(some.issued < day).as_of(day)
    again = learn_new_business(erased, day, DAYS)
    assert before is not None
    assert again is not None
    assert before.level == again.level
    assert (before.paid == again.paid).all()
    assert (before.came == again.came).all()


def test_weeks_end_on_the_last_day_that_is_known() -> None:
    some = invoices(10)
    weekly, first = whole_weeks(some, HORIZON)
    assert first == HORIZON - 70
    assert weekly.sum() == some.amount.sum()
    assert weekly[-1] == some.amount[some.issued >= HORIZON - 7].sum()


def test_a_ledger_that_begins_with_a_trickle_is_not_mistrusted_for_it() -> None:
    some = invoices(40)
    early = some.issued < HORIZON - 7 * 30
    thin = some.take(~early | (np.arange(len(some)) % 20 == 0))
    new = learn_new_business(thin, HORIZON, DAYS)
    assert new is not None
    assert new.weeks == 30
    assert new.level == pytest.approx(some.amount[~early].sum() / 30, rel=0.1)


def test_a_company_that_has_stopped_invoicing_is_told_less_and_less() -> None:
    some = invoices(40)
    stopped = some.take(some.issued < HORIZON - 7 * 16)
    new = learn_new_business(stopped, HORIZON, DAYS)
    assert new is not None
    invoiced, paid = new_paths(new, HORIZON, HORIZON - 1 + np.array([30, 90]))
    assert np.isfinite(invoiced).all()
    assert np.isfinite(paid).all()
    assert new.level < 0.5 * stopped.amount.sum() / 24
