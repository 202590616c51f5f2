"""Countries: the codes of e-invoices' code list, and which one a country's name means.

That list (BR-CL-14 of EN 16931) is ISO 3166-1 with two more: XI is Northern Ireland, whose goods
are under the VAT rules of the European Union, and 1A is Kosovo. CLDR has Kosovo as XK.
"""

from __future__ import annotations

from functools import cache

from babel import Locale

from net30.domain.customer import fold
from net30.kernel.errors import InputError
from net30.language.locales import LOCALES, locale_of

NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""What CLDR names with two letters although it is no country."""
KOSOVO_IN_CLDR, KOSOVO = "XK", "1A"
NORTHERN_IRELAND = "XI"
NORTHERN_IRELAND_CALLED = {
    "en": "Northern Ireland",
    "fr": "Irlande du Nord",
    "es": "Irlanda del Norte",
    "pt": "Irlanda do Norte",
    "de": "Nordirland",
    "ar": "أيرلندا الشمالية",
}


def check_country(code: str) -> None:
    """Raise InputError for what is no country's code; none at all is not wrong.

    >>> check_country("SN"), check_country("XI"), check_country("")
    (None, None, None)
    """
    if not code or code in _names("en"):
        return
    meant = KOSOVO if code == KOSOVO_IN_CLDR else _code_of(code)
    raise InputError(
        f"{code[:60]!r} is no country code",
        hint=f"write {meant}" if meant else "write two letters of ISO 3166-1: CI, SN, CM, FR",
        code="country",
    )


def _code_of(name: str) -> str:
    """Return the code of a country named in one of our languages, or nothing."""
    wanted = fold(name)
    for language in LOCALES:
        for code, found in _names(language).items():
            if fold(found) == wanted:
                return code
    return ""


def country_name(code: str, language: str) -> str:
    """Return what a country is called in one of our languages; a code of none stays as it is.

    >>> country_name("XI", "fr"), country_name("1A", "en"), country_name("Q9", "en")
    ('Irlande du Nord', 'Kosovo', 'Q9')
    """
    return _names(language).get(KOSOVO if code == KOSOVO_IN_CLDR else code, code)


@cache
def _names(language: str) -> dict[str, str]:
    """Return code -> name; CLDR has numbers for parts of the world, which are left out."""
    names = {
        code: name
        for code, name in Locale.parse(locale_of(language)).territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES  # noqa: PLR2004 - letters
    }
    names[KOSOVO] = names.pop(KOSOVO_IN_CLDR)
    return names | {NORTHERN_IRELAND: NORTHERN_IRELAND_CALLED[language]}
