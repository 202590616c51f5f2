"""Figures: the numbers, dates and amounts that a text holds, in digits or in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from net30.assistant.targets.paying import PARTS
from net30.assistant.understanding.chart import Chart, read
from net30.assistant.understanding.clean import clean
from net30.assistant.understanding.directory import Customs
from net30.assistant.understanding.lexicon import lexicon
from net30.assistant.understanding.money import read_currency
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.tokens import Kind

PLAIN_MAX = Decimal(999)
"""A larger whole number is taken for an amount, unless it is a year."""
YEARS = range(1900, 2101)
STEM_LETTERS_MIN = 5
"""A number word this long is looked for inside compounds, too: dreitausend."""

_QUOTES = str.maketrans(dict.fromkeys("\"'«»", " "))


@dataclass(frozen=True, slots=True)
class Figures:
    """What a text says in figures.

    `codes` are numbers of invoices and the like; `has_amount` means that money, a rate or a
    number that could be either is named.
    """

    numbers: frozenset[Decimal] = frozenset()
    codes: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    has_amount: bool = False

    def within(self, sources: Figures) -> bool:
        """Tell whether every number and code stands in the sources too."""
        return self.numbers <= sources.numbers and self.codes <= sources.codes


def figures_of(texts: Iterable[str], customs: Customs) -> Figures:
    """Return the figures of some texts together."""
    numbers: set[Decimal] = set()
    codes: set[str] = set()
    currencies: set[str] = set()
    has_amount = False
    for text in texts:
        bare = clean(text).translate(_QUOTES)
        chart = read(bare)
        numbers |= set(_numbers(chart))
        codes |= {token.key for token in chart.tokens if token.kind is Kind.CODE}
        currencies |= _currencies(chart, customs)
        has_amount |= _has_amount(bare, chart, customs)
    return Figures(frozenset(numbers), frozenset(codes), frozenset(currencies), has_amount)


def _numbers(chart: Chart) -> Iterable[Decimal]:
    for place, token in enumerate(chart.tokens):
        if token.kind is Kind.DAY:
            yield from map(Decimal, re.findall(r"\d+", token.text))
        number = read_number(chart, place)
        if number and not (number.words and number.value == 1):  # "une facture", "the first one"
            yield number.value
        month = chart.at(place, "month")
        if month:
            yield Decimal(month.value)


def _currencies(chart: Chart, customs: Customs) -> set[str]:
    read_here = (read_currency(chart, place, customs) for place in range(len(chart.tokens)))
    return {found[0] for found in read_here if found}


def _has_amount(text: str, chart: Chart, customs: Customs) -> bool:
    return (
        bool(_currencies(chart, customs))
        or any(any(chart.find(kind)) for kind in ("percent", "fraction"))
        or any(part.value in PARTS for part in chart.find("part"))
        or any(map(_is_large, _numbers(chart)))
        or any(_is_numeral(letter) for letter in text)
        or any(stem in token.key for token in chart.tokens for stem in _stems())
    )


def _is_large(number: Decimal) -> bool:
    if number != number.to_integral_value():
        return True
    return abs(number) > PLAIN_MAX and int(number) not in YEARS


def _is_numeral(letter: str) -> bool:
    """Tell whether a letter is a currency sign, or a number that is no digit: ², Ⅻ, 五."""
    category = unicodedata.category(letter)
    if category in {"Sc", "Nl", "No"}:
        return True
    return category == "Lo" and unicodedata.numeric(letter, None) is not None


@cache
def _stems() -> frozenset[str]:
    """Return the words for a hundred and more that compounds are made of."""
    return frozenset(
        word
        for word, node in lexicon().root.steps.items()
        if len(word) >= STEM_LETTERS_MIN
        and any(_is_scale(meaning.category, meaning.value) for meaning in node.meanings)
    )


def _is_scale(category: str, value: str) -> bool:
    return category in {"multiplier", "number"} and Decimal(value) >= 100  # noqa: PLR2004 - a hundred
