from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.kernel.money import Money, digits_of
from net30.ledger.imports.number_text import (
    NumberStyle,
    minor_units,
    number_style,
    split_currency,
    tidied,
)


def read(*texts: str, decimals: int = 2) -> list[int | None]:
    numbers, _ = split_currency(tidied(pa.array(texts)))
    style = number_style(numbers, decimals)
    every = pa.array([decimals] * len(texts), pa.int8())
    return list(minor_units(numbers, style, every).to_pylist())


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1250.50", 125050),
        ("1250,50", 125050),
        ("1,250.50", 125050),
        ("1.250,50", 125050),
        ("1 250,50", 125050),
        ("1\u202f250,50", 125050),
        ("1\u00a0250,50", 125050),
        ("1'250.50", 125050),
        ("12,34,567.89", 123456789),
        ("1 234 567,89", 123456789),
        ("1 2 3", 12300),
        ("-3", -300),
        ("−3", -300),
        ("(3.10)", -310),
        ("3.10-", -310),
        ("+3.1", 310),
        ("0.05", 5),
        (",5", None),
        ("1250.50 €", 125050),
        ("€1250.50", 125050),
        ("-€1250.50", -125050),
        ("EUR 1250.50", 125050),
        ("1250.500", None),
        ("12.345", 1234500),
        ("1.2.3", None),
        ("1e5", None),
        ("abc", None),
        ("", None),
        ("NaN", None),
        ("Infinity", None),
        ("0x10", None),
        ("١٢", None),
        ("10000000000000000.00", 10**18),
        ("10000000000000000.01", None),
        ("99999999999999999999", None),
    ],
)
def test_an_amount_alone_in_its_column(text: str, minor: int | None) -> None:
    # Alone, 1250.500 has four digits before its mark: a decimal one, and one decimal too many.
    expected = 125050 if text == "1250.500" else minor
    assert read(text) == [expected]


def test_ninety_thousand_francs_with_a_point_for_the_thousands() -> None:
    assert read("90.000", "1.250.000", decimals=0) == [90000, 1250000]
    assert read("90.000", decimals=0) == [90000]


def test_three_digits_are_decimals_where_the_currency_has_three() -> None:
    assert read("90.000", decimals=3) == [90000]
    assert not number_style(pa.array(["90.000"]), 3).sure


def test_two_decimals_anywhere_settle_the_whole_column() -> None:
    assert read("90.000", "12.50") == [9000, 1250]
    assert read("90,000", "12.50") == [9000000, 1250]
    assert read("90.000", "12,50") == [9000000, 1250]


def test_a_mixed_column_says_so_and_takes_what_most_rows_say() -> None:
    texts = pa.array(["12,50", "13,75", "1.5"])
    assert number_style(texts, 2) == NumberStyle(",", mixed=True)
    assert read("12,50", "13,75", "1.5") == [1250, 1375, None]


def test_only_the_rule_of_three_digits_is_unsure() -> None:
    assert not number_style(pa.array(["90.000"]), 2).sure
    assert number_style(pa.array(["1.250.000"]), 2).sure
    assert number_style(pa.array(["90000"]), 2).sure


def test_two_marks_with_three_digits_each_are_one_of_thousands() -> None:
    assert number_style(pa.array(["1.250", "1,250"]), 2).sure is False


def test_each_row_has_the_decimals_of_its_currency() -> None:
    texts, decimals = pa.array(["5", "5.5", "5.125"]), pa.array([0, 2, 3], pa.int8())
    assert minor_units(texts, NumberStyle("."), decimals).to_pylist() == [5, 550, 5125]


def test_more_decimals_than_the_currency_has_are_no_amount_unless_they_are_zero() -> None:
    decimals = pa.array([0, 0], pa.int8())
    assert minor_units(pa.array(["5.00", "5.01"]), NumberStyle(), decimals).to_pylist() == [5, None]


def test_an_unknown_currency_gives_no_amount() -> None:
    decimals = pa.array([None], pa.int8())
    assert minor_units(pa.array(["5"]), NumberStyle(), decimals).to_pylist() == [None]


def test_the_sign_beside_an_amount_is_told() -> None:
    numbers, signs = split_currency(pa.array(["5 FCFA", "$5", "5", "XOF 5", "5 F CFA"]))
    assert numbers.to_pylist() == ["5"] * 5
    assert signs.to_pylist() == ["FCFA", "$", "", "XOF", "F CFA"]


@given(
    amounts=st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=20),
    currency=st.sampled_from(["XOF", "EUR", "TND"]),
    written=st.sampled_from(
        [("", "."), (",", "."), (".", ","), (" ", ","), ("\u202f", ","), ("'", ".")]
    ),
)
def test_what_is_written_in_one_style_is_read_exactly(
    amounts: list[int], currency: str, written: tuple[str, str]
) -> None:
    thousands, mark = written
    digits = digits_of(currency)
    texts = []
    for amount in amounts:
        number: Decimal = Money(amount, currency).amount
        texts.append(f"{number:,f}".replace(",", "\0").replace(".", mark).replace("\0", thousands))
    column = tidied(pa.array(texts))
    every = pa.array([digits] * len(texts), pa.int8())
    assert minor_units(column, NumberStyle(mark), every).to_pylist() == amounts
