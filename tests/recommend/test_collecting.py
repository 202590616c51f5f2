"""Laws of late interest and the next call, as the data files say them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from net30.kernel.money import Money
from net30.recommend.next_call import Standing, call_rules, next_call
from net30.recommend.statutory import law_of

CALM = Standing(reachable=True, reminded=False, last_step=False, broken=0, overdue=1, days=5)


def percent_on(country: str, day: date) -> Decimal:
    law = law_of(country)
    assert law is not None
    return max((rate for rate in law.rates if rate.since <= day), key=lambda one: one.since).percent


@pytest.mark.parametrize(
    ("country", "day", "percent"),
    [
        ("IE", date(2024, 7, 1), "12.25"),  # enterprise.gov.ie
        ("FR", date(2024, 7, 1), "14.25"),  # bpifrance-creation.fr
        ("CI", date(2024, 6, 1), "5.0336"),  # bceao.int
        ("SN", date(2025, 6, 1), "5.50"),  # bceao.int
        ("TG", date(2026, 6, 1), "5.3637"),  # decree of Togo
    ],
)
def test_the_rates_are_those_of_their_sources(country: str, day: date, percent: str) -> None:
    assert percent_on(country, day) == Decimal(percent)


def test_every_law_and_rate_names_its_source() -> None:
    for country in ("FR", "DE", "CI"):
        law = law_of(country)
        assert law is not None
        assert law.source
        assert [rate.since for rate in law.rates] == sorted(rate.since for rate in law.rates)
    assert law_of("JP") is None
    assert law_of("") is None


def test_the_fixed_sum_is_in_its_own_currency_only() -> None:
    law, other = law_of("FR"), law_of("CI")
    assert law is not None
    assert other is not None
    assert law.fee_in("EUR") == Money(4000, "EUR")
    assert law.fee_in("XOF") is None
    assert other.fee_in("XOF") is None


@pytest.mark.parametrize(
    ("changed", "action"),
    [
        ({}, "check_received"),
        ({"reminded": True}, "ask_date"),
        ({"reachable": False}, "find_contact"),
        ({"broken": 1, "reminded": True}, "agree_new_date"),
        ({"last_step": True, "days": 45}, "escalate"),
        ({"last_step": True, "days": 44, "reminded": True}, "ask_date"),
        ({"band": "high", "overdue": 3}, "hold_sales"),
        ({"band": "low", "overdue": 3}, "check_received"),
    ],
)
def test_the_next_call_follows_the_rules(changed: dict[str, object], action: str) -> None:
    assert next_call(replace(CALM, **changed)) == action  # type: ignore[arg-type] # its fields


def test_the_last_rule_always_applies() -> None:
    assert call_rules()[-1].applies(CALM)
