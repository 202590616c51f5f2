"""Countries: rules as data, each with its source and its dates."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from net30.documents.style import Style
from net30.documents.view.countries import countries, country
from net30.documents.view.presentation import present
from net30.domain.party import Address
from net30.domain.terms import EarlyPaymentDiscount
from tests.documents import examples

OHADA_FRANC = ("BF", "BJ", "CF", "CG", "CI", "CM", "GA", "GQ", "GW", "ML", "NE", "SN", "TD", "TG")


def test_every_country_of_the_two_francs_is_there_and_spells_its_amounts() -> None:
    assert set(OHADA_FRANC) <= set(countries())
    for code in OHADA_FRANC:
        rules = country(code)
        assert rules.amount_in_words
        assert rules.legal_id == "RCCM"
        assert rules.tax_id


@pytest.mark.parametrize("code", countries())
def test_every_rule_names_its_source(code: str) -> None:
    text = (files("net30.documents.view") / "countries" / f"{code}.json").read_text("utf-8")
    rules = json.loads(text)
    assert rules["country"] == code
    assert rules["sources"]
    dated = [*rules["rates"], *rules["mentions"], *filter(None, [rules.get("clearance")])]
    assert all(entry["source"] for entry in dated)
    assert all(rules["language"] in entry["text"] for entry in rules["mentions"])


@pytest.mark.parametrize(
    ("code", "day", "rate"),
    [("SN", date(2026, 1, 1), "18"), ("CM", date(2026, 1, 1), "19.25"),
     ("FR", date(2013, 12, 31), "19.6"), ("FR", date(2014, 1, 1), "20"),
     ("DE", date(2020, 8, 1), "16"), ("DE", date(2021, 1, 1), "19"),
     ("CH", date(2024, 1, 1), "8.1")],
)  # fmt: skip
def test_standard_rates_have_their_days(code: str, day: date, rate: str) -> None:
    assert country(code).standard_rate(day) == Decimal(rate)


def test_before_our_records_and_without_rules_there_is_no_rate() -> None:
    assert country("FR").standard_rate(date(1990, 1, 1)) is None
    assert country("XX").standard_rate(date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("code", "day", "system"),
    [("CI", date(2026, 11, 21), "FNE"), ("CI", date(2025, 1, 1), ""), ("BJ", date(2026, 1, 1),
     "e-MECeF"), ("BF", date(2026, 6, 30), ""), ("BF", date(2026, 7, 1), "FEC"),
     ("SN", date(2026, 11, 21), "")],
)  # fmt: skip
def test_an_invoice_that_needs_clearance_and_has_none_says_so(
    code: str, day: date, system: str
) -> None:
    seller = replace(examples.SELLER, address=Address(city="X", country=code))
    page = present(replace(examples.invoice(), seller=seller, issue_date=day), Style())
    said = page.fiscal.heading if page.fiscal else ""
    assert said == (f"Non certifiée par l'administration fiscale ({system})" if system else "")


def test_france_wants_the_late_penalty_and_the_missing_discount_said() -> None:
    seller = replace(examples.SELLER, address=Address(city="Lyon", country="FR"))
    invoice = replace(examples.invoice(), seller=seller, discount=None)
    legal = present(invoice, Style()).legal
    assert any("40 €" in mention for mention in legal)
    assert "Pas d'escompte pour paiement anticipé." in legal
    offered = replace(invoice, discount=EarlyPaymentDiscount(Decimal(2), 10))
    assert "Pas d'escompte pour paiement anticipé." not in present(offered, Style()).legal


def test_a_mention_falls_back_to_the_laws_own_language() -> None:
    arabic = present(examples.invoice(), Style(language="ar"))
    assert any("mise en demeure" in mention for mention in arabic.legal)
