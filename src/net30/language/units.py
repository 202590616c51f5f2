"""Names of units of measure: UN/ECE Recommendation 20 and 21 codes in each language."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from importlib.resources import files

from net30.kernel.errors import InputError


def unit_name(code: str, quantity: Decimal, language: str) -> str:
    """Return a unit's name for a quantity; the code itself when units.csv does not list it.

    >>> unit_name("HUR", Decimal(40), "fr"), unit_name("HUR", Decimal(1), "fr")
    ('heures', 'heure')
    """
    known = _names().get((code, language))
    if known is None:
        return code
    one, many = known
    return one if _is_one(abs(quantity), language) else many


def unit_code(text: str) -> str:
    """Return the code of a unit given by its code or by its name in any language.

    Raises InputError for a unit that units.csv does not list.

    >>> unit_code("hours"), unit_code("jour")
    ('HUR', 'DAY')
    """
    wanted = text.strip().casefold()
    for (code, _), (one, many) in _names().items():
        if wanted in {code.casefold(), one.casefold(), many.casefold()}:
            return code
    raise InputError(
        f"{text!r} is not a unit net30 knows",
        hint="write hour, day, month, piece ... or a UN/ECE code such as HUR",
        code="unit",
    )


def unit_codes() -> frozenset[str]:
    """Return the codes units.csv has names for."""
    return frozenset(code for code, _ in _names())


@cache
def _names() -> dict[tuple[str, str], tuple[str, str]]:
    with (files("net30.language") / "units.csv").open(encoding="utf-8") as table:
        return {
            (row["code"], row["language"]): (row["one"], row["many"])
            for row in csv.DictReader(table)
        }


def _is_one(quantity: Decimal, language: str) -> bool:
    # CLDR: French counts everything below two as one.
    return quantity < 2 if language == "fr" else quantity == 1  # noqa: PLR2004
