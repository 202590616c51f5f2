"""Numbers and amounts by language."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.kernel.errors import InputError
from net30.kernel.money import MINOR_UNITS_MAX, Money
from net30.language.amounts import (
    currency_label,
    write_amount,
    write_money,
    write_number,
    write_percent,
)
from net30.language.locales import LOCALES, direction, languages

THIN, WIDE = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", f"3,600,000{WIDE}FCFA"),
        ("fr", f"3{THIN}600{THIN}000{WIDE}FCFA"),
        ("es", f"3.600.000{WIDE}FCFA"),
        ("pt", f"3{WIDE}600{WIDE}000{WIDE}FCFA"),
        ("de", f"3.600.000{WIDE}FCFA"),
        ("ar", f"3,600,000{WIDE}FCFA"),
    ],
)
def test_3_600_000_francs_as_each_language_groups_them(language: str, text: str) -> None:
    assert write_money(Money(3_600_000, "XOF"), language) == text


@pytest.mark.parametrize(
    ("money", "language", "text"),
    [
        (Money(123_456, "EUR"), "en", "€1,234.56"),
        (Money(-123_456, "EUR"), "en", "-€1,234.56"),
        (Money(123_456, "EUR"), "fr", f"1{THIN}234,56{WIDE}€"),
        (Money(5, "CHF"), "de", f"0,05{WIDE}CHF"),
        (Money(12_345_678, "TND"), "fr", f"12{THIN}345,678{WIDE}TND"),
        (Money(800, "JPY"), "en", f"800{WIDE}JPY"),
        (Money(0, "XAF"), "fr", f"0{WIDE}FCFA"),
    ],
)
def test_amounts_have_their_currencys_decimals(money: Money, language: str, text: str) -> None:
    assert write_money(money, language) == text


def test_the_two_cfa_francs_look_alike_and_need_their_code() -> None:
    assert currency_label("XOF", "fr") == currency_label("XAF", "fr") == "FCFA"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [("0", None, "0"), ("999", None, "999"), ("1000", None, "1,000"), ("-0.4", 0, "0"),
     ("-0.5", 0, "-1"), ("12.50", None, "12.5"), ("12.5", 2, "12.50"), ("1e3", None, "1,000")],
)  # fmt: skip
def test_numbers_are_grouped_by_three(value: str, digits: int | None, text: str) -> None:
    assert write_number(Decimal(value), "en", digits) == text


def test_a_rate_keeps_its_decimals() -> None:
    assert write_percent(Decimal("19.25"), "fr") == f"19,25{WIDE}%"
    assert write_percent(Decimal("18.00"), "en") == "18%"


@given(st.integers(-MINOR_UNITS_MAX, MINOR_UNITS_MAX), st.sampled_from(["XOF", "EUR", "TND"]),
       st.sampled_from(languages()))  # fmt: skip
def test_no_digit_of_an_amount_is_ever_lost(minor: int, currency: str, language: str) -> None:
    money = Money(minor, currency)
    digits = [mark for mark in write_amount(money, language) if unicodedata.category(mark) == "Nd"]
    assert "".join(digits) == f"{abs(money.amount):f}".replace(".", "")


def test_a_language_we_do_not_write_is_refused() -> None:
    with pytest.raises(InputError) as refusal:
        write_number(Decimal(1), "tlh")
    assert "en, fr" in refusal.value.hint


def test_arabic_alone_runs_from_the_right() -> None:
    assert [name for name in LOCALES if direction(name) == "rtl"] == ["ar"]
