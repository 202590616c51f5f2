"""A company in another country: what is usual there, and what was said otherwise stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from net30.domain.party import Address
from net30.domain.tax import TaxRate
from net30.services.create_organisation import first_organisation
from net30.services.move_company import move_company, usual_in

DAY = date(2026, 11, 21)
FIRST = first_organisation("main")


@pytest.mark.parametrize(
    ("country", "currency", "percent", "language", "time_zone"),
    [
        ("SN", "XOF", "18", "fr", "Africa/Dakar"),
        ("CM", "XAF", "19.25", "fr", "Africa/Douala"),
        ("GW", "XOF", "19", "pt", "Africa/Bissau"),
        ("FR", "EUR", "20", "fr", "Europe/Paris"),
        ("DE", "EUR", "19", "de", "Europe/Berlin"),
    ],
)
def test_a_company_takes_for_granted_what_is_usual_in_its_country(
    country: str, currency: str, percent: str, language: str, time_zone: str
) -> None:
    there = move_company(FIRST, country, DAY)
    assert (there.currency, there.language, there.time_zone) == (currency, language, time_zone)
    assert there.tax == TaxRate.of(Decimal(percent))
    assert there.party.address == Address(country=country)
    assert there.place == ""
    assert there.fcfa == ("XAF" if currency == "XAF" else "XOF")
    assert move_company(there, "CI", DAY).currency == "XOF"


def test_what_was_said_otherwise_stays_and_so_does_what_we_do_not_know() -> None:
    dakar = Address(line1="Rue 5", city="Dakar", country="SN")
    own = replace(FIRST, party=replace(FIRST.party, address=dakar), currency="USD", language="en")
    moved = move_company(own, "CM", DAY)
    assert (moved.currency, moved.language) == ("USD", "en")
    assert moved.party.address == replace(dakar, country="CM")
    kenya = move_company(FIRST, "KE", DAY)
    assert usual_in("KE", DAY).tax is None
    assert (kenya.tax, kenya.currency) == (FIRST.tax, "KES")
    assert move_company(FIRST, "ZZ", DAY).currency == "XOF"
    assert move_company(FIRST, "US", DAY).date_order == "MDY"
    assert move_company(FIRST, "CI", DAY) == FIRST
