"""Decimals: what people may write for a number, and the one rounding rule."""

from __future__ import annotations

from decimal import Decimal

import pytest

from net30.kernel.decimals import (
    DIGITS_MAX,
    is_acceptable,
    parse_decimal,
    plain,
    round_half_up,
)
from net30.kernel.errors import InputError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("90000", "90000"),
        (" 12.50 ", "12.50"),
        ("-3", "-3"),
        ("+3", "3"),
        (".5", "0.5"),
        ("5.", "5"),
    ],
)
def test_plain_digits_with_a_point_are_a_number(text: str, value: str) -> None:
    assert parse_decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", ".", "-", "1,5", "1 000", "1_000", "1e5", "NaN", "Infinity", "0x1F", "²", "٣", "--1",
     "+-1", "1.2.3", "twelve", "1\n2"],
)  # fmt: skip
def test_everything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        parse_decimal(text)
    assert refusal.value.code == "number"
    assert "1250.50" in refusal.value.hint


def test_forty_digits_are_taken_and_forty_one_are_not() -> None:
    assert parse_decimal("9" * DIGITS_MAX)
    assert parse_decimal("0." + "1" * (DIGITS_MAX - 1))
    for text in ("9" * (DIGITS_MAX + 1), "0." + "0" * DIGITS_MAX):
        with pytest.raises(InputError):
            parse_decimal(text)


def test_a_page_of_digits_is_not_repeated_in_the_message() -> None:
    with pytest.raises(InputError) as refusal:
        parse_decimal("7" * 1_000_000)
    assert len(refusal.value.message) < 120


@pytest.mark.parametrize("text", ["0", "-0.5", "1E+39", "0." + "1" * 39, "123456789.123456789"])
def test_a_number_of_forty_digits_in_all_is_acceptable(text: str) -> None:
    assert is_acceptable(Decimal(text))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1E+40", "1E-40", "1E+999999", "1E-999999"])
def test_a_number_beyond_that_is_not(text: str) -> None:
    assert not is_acceptable(Decimal(text))


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        ("0.125", 2, "0.13"), ("-0.125", 2, "-0.13"), ("0.1249", 2, "0.12"), ("2.5", 0, "3"),
        ("-2.5", 0, "-3"), ("1.0005", 3, "1.001"), ("5", 2, "5.00"),
    ],
)  # fmt: skip
def test_halves_are_rounded_away_from_zero(value: str, digits: int, rounded: str) -> None:
    assert str(round_half_up(Decimal(value), digits)) == rounded


@pytest.mark.parametrize(
    ("value", "text"),
    [("40.00", "40"), ("0.50", "0.5"), ("-0.0", "0"), ("0", "0"), ("1E+3", "1000"), ("100", "100")],
)
def test_a_number_is_written_without_exponent_or_idle_zeros(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text
