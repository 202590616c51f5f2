"""Countries: the codes of ISO 3166-1, and which one a country's name means."""

from __future__ import annotations

from functools import cache

from babel import Locale

from net30.domain.customer import fold
from net30.kernel.errors import InputError
from net30.language.locales import LOCALES

NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""What CLDR names with two letters although it is no country."""


def check_country(code: str) -> None:
    """Raise InputError for what is no country's code; none at all is not wrong.

    >>> check_country("SN"), check_country("")
    (None, None)
    """
    if not code or code in _names("en"):
        return
    meant = _code_of(code)
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


@cache
def _names(language: str) -> dict[str, str]:
    """Return code -> name; CLDR has numbers for parts of the world, which are left out."""
    return {
        code: name
        for code, name in Locale.parse(LOCALES[language]).territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES  # noqa: PLR2004 - letters
    }
