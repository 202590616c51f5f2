"""Move a company: into a country it has what is usual there, unless it said otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from net30.documents.view.countries import country
from net30.domain.organisation import Organisation
from net30.domain.tax import TaxRate
from net30.kernel.money import currency_digits
from net30.language.homeland import homeland_of
from net30.services.create_organisation import first_organisation


@dataclass(frozen=True, slots=True)
class Usual:
    """What companies of a country take for granted; None where we do not know."""

    currency: str | None
    tax: TaxRate | None
    language: str | None
    time_zone: str | None
    date_order: str
    fcfa: str


def usual_in(code: str, day: date) -> Usual:
    """Return what is usual in a country on a day: its money, standard VAT, language and clock."""
    home, rate = homeland_of(code), country(code).standard_rate(day)
    return Usual(
        currency=home.currency if home.currency in currency_digits() else None,
        tax=None if rate is None else TaxRate.of(rate),
        language=home.language or None,
        time_zone=home.time_zone or None,
        date_order=home.date_order,
        fcfa="XAF" if home.currency == "XAF" else "XOF",
    )


def move_company(company: Organisation, code: str, day: date) -> Organisation:
    """Return a company in another country: what was as usual in the former one is as usual there.

    What we do not know of the country stays; so does all that was set otherwise.
    """
    party = company.party
    if code == party.address.country:
        return company
    before, after = usual_in(party.address.country, day), usual_in(code, day)
    changed = {
        name: getattr(after, name)
        for name in Usual.__slots__
        if getattr(company, name) == getattr(before, name) and getattr(after, name) is not None
    }
    first = first_organisation(company.id)
    address = replace(party.address, country=code)
    if party.address == first.party.address:
        address = replace(address, city="")
        changed["place"] = ""
    return replace(company, party=replace(party, address=address), **changed)
