"""Advice: which rule applies to whom, and what it is worth by the distribution."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from net30.kernel.money import Money
from net30.recommend.advise import Advice, Situation, advise
from net30.recommend.cost import cost_of_days
from net30.recommend.rules import rules
from net30.scoring.bands import BANDS
from net30.scoring.cash_days import Plan
from net30.scoring.delay_bins import DelayBins
from net30.scoring.distribution import Distribution

BINS = DelayBins((-1, 0, 30))
SLOW = Distribution(BINS, np.array([[0.0, 0.1, 0.3, 0.6]]))
PROMPT = Distribution(BINS, np.array([[0.3, 0.6, 0.1, 0.0]]))
DUE = date(2026, 12, 21)


def plan(terms: int, delay: Distribution) -> Plan:
    return Plan(np.array([1_000_000]), np.array([terms]), delay)


def about(band: str, delay: Distribution = SLOW, **more: object) -> Situation:
    usual = Situation(
        band=band,
        late30=0.6,
        amount=Money(1_000_000, "XOF"),
        due=DUE,
        as_of=date(2026, 11, 21),
        terms=30,
        given=delay,
        now=plan(30, delay),
        sooner=lambda days: plan(days, delay),
        owed=Money(5_000_000, "XOF"),
        overdue=2,
        sales=Money(7_300_000, "XOF"),
        cost=Decimal(10),
    )
    return replace(usual, **more)  # type: ignore[arg-type] # the fields of Situation


def told(situation: Situation) -> dict[str, Advice]:
    return {advice.action: advice for advice in advise(situation)}


def test_every_band_has_advice_and_every_rule_a_band_that_there_is() -> None:
    assert {band for rule in rules() for band in rule.bands} == set(BANDS)
    for band in BANDS:
        assert "reminder" in told(about(band))


def test_a_high_risk_customer_is_held_reminded_and_asked_for_a_deposit() -> None:
    actions = [advice.action for advice in advise(about("high"))]
    assert actions == ["hold", "reminder", "deposit", "terms", "discount", "limit"]
    assert [advice.action for advice in advise(about("low", PROMPT))] == ["reminder", "limit"]


def test_a_customer_of_middling_risk_is_asked_for_a_smaller_part_when_much_is_at_stake() -> None:
    assert told(about("medium"))["deposit"].details["percent"] == Decimal(20)
    assert "deposit" not in told(about("medium", late30=0.15))
    assert "deposit" not in told(about("low", PROMPT))


@pytest.mark.parametrize("band", BANDS)
def test_every_piece_of_advice_has_its_band_as_reason_and_a_gain_with_its_range(band: str) -> None:
    for advice in advise(about(band)):
        assert advice.band == band
        assert advice.gain.low <= advice.gain.expected <= advice.gain.high


def test_nobody_is_held_who_owes_nothing_overdue() -> None:
    assert "hold" not in told(about("high", overdue=0))
    assert "hold" not in told(about("high", late30=0.4))


def test_a_reminder_goes_before_due_for_the_risky_after_it_for_the_prompt_and_never_back() -> None:
    assert told(about("high"))["reminder"].details["day"] == DUE - timedelta(days=7)
    assert told(about("low"))["reminder"].details["day"] == DUE + timedelta(days=3)
    overdue = about("high", as_of=DUE + timedelta(days=40))
    assert told(overdue)["reminder"].details["day"] == DUE + timedelta(days=40)


def test_what_a_reminder_brings_is_not_known_so_what_is_at_stake_is_told() -> None:
    stake = told(about("medium"))["reminder"].gain
    assert stake.at_most
    late = 0.3 * 15.5 + 0.6 * 90.5  # the middle days of the bins; the day due itself counts 0.125
    assert stake.expected.minor == pytest.approx(1_000_000 * late * 0.1 / 365, abs=10)
    assert stake.low <= stake.expected <= stake.high
    later = told(about("medium", as_of=DUE + timedelta(days=20)))["reminder"].gain
    assert later.expected < stake.expected


def test_a_deposit_waits_no_day() -> None:
    deposit = told(about("high"))["deposit"]
    assert deposit.details == {"percent": Decimal(30), "amount": Money(300_000, "XOF")}
    days = 30 + 0.3 * 15.5 + 0.6 * 90.5
    assert deposit.gain.expected.minor == pytest.approx(300_000 * days * 0.1 / 365, abs=1)
    assert not deposit.gain.at_most


def test_shorter_terms_are_worth_the_days_they_save_and_not_offered_when_they_save_none() -> None:
    terms = told(about("medium"))["terms"]
    assert terms.details == {"days": 15}
    assert terms.gain.expected == cost_of_days(Money(1_000_000, "XOF"), 15.0, Decimal(10))
    stubborn = about("medium", sooner=lambda _days: plan(30, SLOW))
    assert "terms" not in told(stubborn)
    assert "terms" not in told(about("medium", terms=7))


def test_a_discount_costs_no_more_than_waiting_does() -> None:
    offer = told(about("high"))["discount"]
    percent = offer.details["percent"]
    assert isinstance(percent, Decimal)
    saved = 30 + 0.3 * 15.5 + 0.6 * 90.5 - 10
    assert percent * 2 <= Decimal(10) * Decimal(saved) / 365 < (percent + Decimal("0.1")) * 2
    assert offer.gain.expected.minor > 0
    assert "discount" not in told(about("high", cost=Decimal(2)))


def test_a_limit_lets_the_sales_of_the_days_be_owed_that_most_invoices_need() -> None:
    limit = told(about("high"))["limit"]
    days = 30 + float(SLOW.quantile(0.9)[0])
    found = limit.details["amount"]
    assert isinstance(found, Money)
    assert found.minor == pytest.approx(7_300_000 * days / 365, abs=1)
    assert limit.gain.expected.minor > 0
    within = told(about("high", owed=Money(1, "XOF")))["limit"]
    assert within.gain.expected == Money(0, "XOF")
    assert "limit" not in told(about("high", sales=Money(0, "XOF")))


def test_a_day_of_a_year_s_amount_costs_what_the_year_costs() -> None:
    assert cost_of_days(Money(36_500, "XOF"), 1.0, Decimal(10)) == Money(10, "XOF")
    assert cost_of_days(Money(100_000, "EUR"), 365.0, Decimal("7.5")) == Money(7_500, "EUR")
    assert cost_of_days(Money(36_500, "XOF"), -1.0, Decimal(10)) == Money(-10, "XOF")
