"""Homeland: the money, language and clock that people of a country use, as CLDR has them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from babel.core import get_global
from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies

from net30.language.locales import LOCALES

CLOCK_OF_MOST = MappingProxyType(
    {
        "AU": "Australia/Sydney",
        "BR": "America/Sao_Paulo",
        "CA": "America/Toronto",
        "CD": "Africa/Kinshasa",
        "CN": "Asia/Shanghai",
        "DE": "Europe/Berlin",
        "ES": "Europe/Madrid",
        "MX": "America/Mexico_City",
        "PT": "Europe/Lisbon",
        "US": "America/New_York",
    }
)
"""The time zone of most companies, in countries that have several."""


@dataclass(frozen=True, slots=True)
class Homeland:
    """What people of a country take for granted; empty where we do not know."""

    currency: str = ""
    language: str = ""
    time_zone: str = ""
    date_order: str = "DMY"


def homeland_of(country: str) -> Homeland:
    """Return what is usual in a country, by its ISO code.

    >>> homeland_of("SN")
    Homeland(currency='XOF', language='fr', time_zone='Africa/Dakar', date_order='DMY')
    """
    money = get_territory_currencies(country)
    spoken = [one for one in get_official_languages(country, de_facto=True) if one in LOCALES]
    zones = get_global("territory_zones").get(country, ())
    return Homeland(
        currency=money[0] if money else "",
        language=spoken[0] if spoken else "",
        time_zone=zones[0] if len(zones) == 1 else CLOCK_OF_MOST.get(country, ""),
        date_order="MDY" if country == "US" else "DMY",
    )
