"""Amounts in words, as invoices of many countries must spell them: French and English."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel.numbers import get_currency_name

from net30.kernel.errors import InputError
from net30.kernel.money import Money, digits_of
from net30.language import english, french

SPELLERS = {"en": english.cardinal, "fr": french.cardinal}
MINUS = {"en": "minus", "fr": "moins"}
AND = {"en": "and", "fr": "et"}


def can_spell(language: str) -> bool:
    """Tell whether amounts can be written in words in this language.

    >>> can_spell("fr"), can_spell("de")
    (True, False)
    """
    return language in SPELLERS


def in_words(money: Money, language: str) -> str:
    """Spell an amount with its currency.

    Raises InputError for a language other than en and fr.

    >>> in_words(Money(3600000, "XOF"), "fr")
    'trois millions six cent mille francs CFA'
    >>> in_words(Money(1250, "EUR"), "en")
    'twelve euros and fifty cents'
    """
    if not can_spell(language):
        raise InputError(
            f"amounts cannot be written in words in {language!r}",
            hint=f"languages that can: {', '.join(sorted(SPELLERS))}",
            code="language",
        )
    whole, part = divmod(abs(money.minor), 10 ** digits_of(money.currency))
    words = _major(whole, money.currency, language)
    if part:
        words = f"{words} {AND[language]} {_minor(part, money.currency, language)}"
    return f"{MINUS[language]} {words}" if money.minor < 0 else words


@dataclass(frozen=True, slots=True)
class CurrencyNames:
    """How a language names one and many of a currency and of its hundredth or thousandth."""

    one: str
    many: str
    minor_one: str
    minor_many: str


@cache
def _names() -> dict[tuple[str, str], CurrencyNames]:
    with (files("net30.language") / "currency_names.csv").open(encoding="utf-8") as table:
        return {
            (row["currency"], row["language"]): CurrencyNames(
                row["one"], row["many"], row["minor_one"], row["minor_many"]
            )
            for row in csv.DictReader(table)
        }


def _major(whole: int, currency: str, language: str) -> str:
    one = _is_one(whole, language)
    known = _names().get((currency, language))
    if known is None:
        name = get_currency_name(currency, count=min(whole, 2), locale=language)
    else:
        name = known.one if one else known.many
    link = french.link(whole, name) if language == "fr" else " "
    return f"{SPELLERS[language](whole)}{link}{name}"


def _minor(part: int, currency: str, language: str) -> str:
    known = _names().get((currency, language))
    if known is None or not known.minor_one:
        # A currency whose coins we have no names for: the fraction, as on a cheque.
        return f"{part}/{10 ** digits_of(currency)}"
    name = known.minor_one if _is_one(part, language) else known.minor_many
    return f"{SPELLERS[language](part)} {name}"


def _is_one(count: int, language: str) -> bool:
    # French takes the singular below two, zero included; English only for one.
    return count < 2 if language == "fr" else count == 1  # noqa: PLR2004
