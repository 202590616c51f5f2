"""Amounts in words against a table spelled by hand, and laws over all amounts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.kernel.errors import InputError
from net30.kernel.money import MINOR_UNITS_MAX, Money
from net30.language import english, french
from net30.language.in_words import can_spell, in_words

# Spelled by hand after the Académie's traditional rules, not by a program.
FRENCH = {
    0: "zéro",
    1: "un",
    16: "seize",
    17: "dix-sept",
    20: "vingt",
    21: "vingt et un",
    22: "vingt-deux",
    31: "trente et un",
    60: "soixante",
    61: "soixante et un",
    69: "soixante-neuf",
    70: "soixante-dix",
    71: "soixante et onze",
    72: "soixante-douze",
    77: "soixante-dix-sept",
    79: "soixante-dix-neuf",
    80: "quatre-vingts",
    81: "quatre-vingt-un",
    90: "quatre-vingt-dix",
    91: "quatre-vingt-onze",
    99: "quatre-vingt-dix-neuf",
    100: "cent",
    101: "cent un",
    180: "cent quatre-vingts",
    200: "deux cents",
    201: "deux cent un",
    999: "neuf cent quatre-vingt-dix-neuf",
    1000: "mille",
    1001: "mille un",
    1100: "mille cent",
    2000: "deux mille",
    21_000: "vingt et un mille",
    80_000: "quatre-vingt mille",
    80_080: "quatre-vingt mille quatre-vingts",
    200_000: "deux cent mille",
    300_200: "trois cent mille deux cents",
    1_000_000: "un million",
    80_000_000: "quatre-vingts millions",
    200_000_000: "deux cents millions",
    3_600_000: "trois millions six cent mille",
    1_000_000_000: "un milliard",
    71_000_000_071: "soixante et onze milliards soixante et onze",
    10**12: "un billion",
    10**15: "un billiard",
}
ENGLISH = {
    0: "zero",
    13: "thirteen",
    20: "twenty",
    21: "twenty-one",
    40: "forty",
    100: "one hundred",
    115: "one hundred fifteen",
    999: "nine hundred ninety-nine",
    1000: "one thousand",
    90_000: "ninety thousand",
    1_000_001: "one million one",
    3_600_000: "three million six hundred thousand",
    10**9: "one billion",
    10**12: "one trillion",
    10**15: "one quadrillion",
}


@pytest.mark.parametrize(("number", "words"), FRENCH.items())
def test_french_numbers_are_spelled_as_taught(number: int, words: str) -> None:
    assert french.cardinal(number) == words


@pytest.mark.parametrize(("number", "words"), ENGLISH.items())
def test_english_numbers_are_spelled_as_taught(number: int, words: str) -> None:
    assert english.cardinal(number) == words


@pytest.mark.parametrize(
    ("amount", "currency", "language", "words"),
    [
        ("3600000", "XOF", "fr", "trois millions six cent mille francs CFA"),
        ("1000000", "XAF", "fr", "un million de francs CFA"),
        ("2000000000", "XOF", "fr", "deux milliards de francs CFA"),
        ("1000000", "EUR", "fr", "un million d'euros"),
        ("1", "XOF", "fr", "un franc CFA"),
        ("0", "XOF", "fr", "zéro franc CFA"),
        ("80", "EUR", "fr", "quatre-vingts euros"),
        ("1.01", "EUR", "fr", "un euro et un centime"),
        ("21.71", "EUR", "fr", "vingt et un euros et soixante et onze centimes"),
        ("0.80", "EUR", "fr", "zéro euro et quatre-vingts centimes"),
        ("12.345", "TND", "fr", "douze dinars tunisiens et trois cent quarante-cinq millimes"),
        ("12.50", "EUR", "en", "twelve euros and fifty cents"),
        ("1.01", "USD", "en", "one US dollar and one cent"),
        ("0", "EUR", "en", "zero euros"),
        ("90000", "XOF", "en", "ninety thousand CFA francs"),
        ("1.25", "BRL", "en", "one Brazilian real and 25/100"),
        ("2.5", "BRL", "fr", "deux réals brésiliens et 50/100"),
        ("-12.50", "EUR", "fr", "moins douze euros et cinquante centimes"),
        ("-1", "GBP", "en", "minus one pound sterling"),
    ],
)
def test_amounts_are_spelled_with_their_currency(
    amount: str, currency: str, language: str, words: str
) -> None:
    assert in_words(Money.of(amount, currency), language) == words


@given(st.integers(0, 10**15))
def test_different_numbers_are_spelled_differently(number: int) -> None:
    for spell in (french.cardinal, english.cardinal):
        assert spell(number) != spell(number + 1)


@given(st.integers(1, 999), st.integers(0, 999_999))
def test_millions_and_the_rest_are_spelled_one_after_the_other(head: int, rest: int) -> None:
    spelled = french.cardinal(head * 1_000_000 + rest)
    millions = f"{french.cardinal(head)} million{'s' if head > 1 else ''}"
    assert spelled == f"{millions} {french.cardinal(rest)}".removesuffix(" zéro")


@given(st.integers(1, MINOR_UNITS_MAX))
def test_a_credit_is_spelled_as_its_debit_with_minus(minor: int) -> None:
    debit, credit = Money(minor, "EUR"), Money(-minor, "EUR")
    assert in_words(credit, "en") == f"minus {in_words(debit, 'en')}"


def test_other_languages_are_refused_with_the_ones_that_can() -> None:
    assert not can_spell("de")
    with pytest.raises(InputError) as refusal:
        in_words(Money(1, "EUR"), "de")
    assert "en, fr" in refusal.value.hint
