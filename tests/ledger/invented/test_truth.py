"""The truth of an invented ledger: what was drawn agrees with what the law says, group by group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from net30.ledger.invented.chance import Stream
from net30.ledger.invented.delays import DELAY_MAX, NEVER, Delays
from tests.ledger.invented.drawn import batch, ledger, true, truth

DEVIATIONS_MAX = 4.0
"""Standard deviations of binomial noise; over a hundred groups one in a hundred runs passes it."""
GROUP_MIN = 300


def groups() -> dict[str, np.ndarray]:
    customers, issued = ledger().customers, batch().issued
    who = issued.customer
    return {
        "chance": np.floor(true("p_late") * 10).astype(np.int64),
        "habit": customers.habit[who],
        "run": customers.run[who],
        "industry": customers.industry[who],
        "country": customers.country[who],
        "terms": issued.terms,
        "unit": issued.unit,
        "issue month": (issued.issued - issued.issued.min()) // 31,
        "due weekday": (issued.due + 3) % 7,
        "large": (issued.doublings >= 1).astype(np.int64),
        "customer": np.where(who < 40, who, 40),
    }


@pytest.mark.parametrize("days", [0, 30])
@pytest.mark.parametrize("name", list(groups()))
def test_outcomes_agree_with_the_stated_probabilities_in_every_group(name: str, days: int) -> None:
    late = batch().paid - batch().issued.due > days
    chance = true("p_late" if days == 0 else "p_late30")
    for group in np.unique(groups()[name]):
        mine = groups()[name] == group
        if mine.sum() < GROUP_MIN:
            continue
        noise = np.sqrt((chance[mine] * (1 - chance[mine])).sum())
        missed = abs(late[mine].sum() - chance[mine].sum())
        assert missed <= DEVIATIONS_MAX * noise + 1, (name, group, missed, noise)


@pytest.mark.parametrize(
    ("name", "level"), [("expected_days_late", 0.5), ("q10", 0.1), ("q90", 0.9)]
)
def test_quantiles_are_the_least_days_by_which_their_share_is_paid(name: str, level: float) -> None:
    delay = batch().paid - batch().issued.due
    days, law = true(name), batch().delays
    sure = days < DELAY_MAX
    upto, below = law.paid_by(days), law.paid_by(days - 1)
    assert (upto[sure] >= level).all()
    assert (below < level).all()
    assert (upto[~sure] < 1).all()
    assert (delay <= days)[sure].mean() == pytest.approx(upto[sure].mean(), abs=0.01)


def test_the_law_is_what_a_hundred_thousand_draws_of_one_invoice_give() -> None:
    for row in (10, 2_000, 30_000, 59_000):
        one = _repeated(row, 100_000)
        way, paid = one.drawn(Stream(5, "w").uniform(100_000), Stream(5, "d").uniform(100_000))
        assert (way == 0).mean() == pytest.approx(1 - one.detour_share[:, 0].sum(), abs=0.006)
        for days in (-10, 0, 7, 30, 90):
            share = (paid - one.due <= days).mean()
            known = one.paid_by(np.full(100_000, days))[0]
            assert share == pytest.approx(known, abs=0.007)


def _repeated(row: int, times: int) -> Delays:
    law = batch().delays
    places = np.full(times, row)
    columns = {
        name: getattr(law, name)[places] for name in ("issued", "due", "run", "days", "spread")
    }
    return replace(law, **columns, detour_share=law.detour_share[:, places])


def test_a_probability_of_later_is_never_larger_and_the_range_holds_the_median() -> None:
    assert (true("p_late30") <= true("p_late")).all()
    assert ((true("p_late") >= 0) & (true("p_late") <= 1)).all()
    assert (true("q10") <= true("expected_days_late")).all()
    assert (true("expected_days_late") <= true("q90")).all()


def test_the_truth_tells_the_end_even_of_what_is_open_in_the_ledger() -> None:
    open_ones = batch().table["paid_date"].is_null().to_numpy()
    known = truth()["days_late_ex_post"].is_valid().to_numpy()
    assert (known == (batch().paid < NEVER)).all()
    assert known[open_ones].any()
    assert not known[open_ones].all()
    assert known[~open_ones].all()


def test_the_law_leaves_something_to_learn_and_something_to_chance() -> None:
    late = batch().paid > batch().issued.due
    assert 0.35 < late.mean() < 0.65
    assert 0.03 < (batch().paid - batch().issued.due > 30).mean() < 0.15
    hit = ((true("p_late") > 0.5) == late).mean()
    assert 0.75 < hit < 0.92
