"""Numbering: patterns that never repeat a number, and numbers read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.domain.invoice import (
    CORRECTED,
    CREDIT_NOTE,
    CREDIT_NOTE_CODES,
    DEPOSIT,
    INVOICE,
    PRO_FORMA,
    QUOTE,
)
from net30.domain.numbering import (
    DEFAULT_PATTERNS,
    check_pattern,
    check_patterns,
    format_number,
    sequence_in,
    series_of,
)
from net30.kernel.errors import InputError

GOOD = ["INV-{year}-{seq:06}", "{year}/{seq}", "{seq:03}/{year}", "Facture n° {year}.{seq:04}"]


@pytest.mark.parametrize(
    ("type_code", "series"),
    [
        (INVOICE, "invoice"), (CORRECTED, "invoice"), ("389", "invoice"), (DEPOSIT, "deposit"),
        (QUOTE, "quote"), (PRO_FORMA, "pro_forma"), (CREDIT_NOTE, "credit_note"),
        *((code, "credit_note") for code in sorted(CREDIT_NOTE_CODES)),
    ],
)  # fmt: skip
def test_each_kind_of_document_has_its_series(type_code: str, series: str) -> None:
    assert series_of(type_code) == series


@pytest.mark.parametrize("pattern", [*dict(DEFAULT_PATTERNS).values(), *GOOD])
def test_a_pattern_with_year_and_sequence_is_taken(pattern: str) -> None:
    assert check_pattern(pattern) == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "", "INV", "INV-{seq}", "INV-{year}", "{year}-{seq}-{seq}", "{year}{year}{seq}",
        "{year}-{seq}-{month}", "{year}-{seq:6}",
        "{year}-{seq:0006}", "{year}-{seq:-06}",
        "{year}-{seq}{", "{year}-{seq}}", "{year!r}-{seq}", " {year}-{seq}", "{year}-{seq}\n",
        "A\x00{year}{seq}",
        "{year}\u202e{seq}",
    ],
)  # fmt: skip
def test_a_pattern_that_would_repeat_numbers_or_hide_letters_is_refused(pattern: str) -> None:
    with pytest.raises(InputError) as refusal:
        check_pattern(pattern)
    assert refusal.value.code == "number_pattern"
    assert "{year} and {seq}" in refusal.value.hint


def test_a_pattern_leaves_room_for_a_thousand_million_documents() -> None:
    room = 40 - len("2026") - len("1000000000")
    assert check_pattern("x" * room + "{year}{seq}")
    for pattern in ("x" * (room + 1) + "{year}{seq}", "{year}{seq:099}"):
        with pytest.raises(InputError, match="characters") as refusal:
            check_pattern(pattern)
        assert refusal.value.code == "number_pattern"


def test_two_series_may_not_give_the_same_numbers() -> None:
    check_patterns(())
    check_patterns([("invoice", "F{year}/{seq}"), ("credit_note", "A{year}/{seq}")])
    for clash in (
        [("invoice", "{year}/{seq:04}"), ("credit_note", "{year}/{seq:06}")],
        [("invoice", "CN-{year}-{seq}")],
    ):
        with pytest.raises(InputError, match="same numbers") as refusal:
            check_patterns(clash)
        assert refusal.value.code == "number_pattern"
    with pytest.raises(InputError, match="not a number pattern"):
        check_patterns([("invoice", "no year")])


def test_a_sequence_wider_than_its_pattern_keeps_all_its_digits() -> None:
    assert format_number("INV-{year}-{seq:02}", 2026, 99) == "INV-2026-99"
    assert format_number("INV-{year}-{seq:02}", 2026, 100) == "INV-2026-100"


@given(st.sampled_from(GOOD), st.integers(1000, 9999), st.integers(1, 10**9))
def test_a_number_is_read_back_as_the_year_and_sequence_it_was_made_of(
    pattern: str, year: int, sequence: int
) -> None:
    assert sequence_in(pattern, format_number(pattern, year, sequence)) == (year, sequence)


@pytest.mark.parametrize(
    "number",
    ["INV-2026-42", "INV-2026-0000042", "inv-2026-000042", "INV-2026-", "INV-26-000042", "",
     "INV-2026-000042 ", "INV-2026-٠٠٠٠٤٢", "INV-2026-" + "9" * 5000],
)  # fmt: skip
def test_a_number_that_the_pattern_did_not_make_is_anothers(number: str) -> None:
    assert sequence_in("INV-{year}-{seq:06}", number) is None


def test_points_and_stars_in_a_pattern_mean_themselves() -> None:
    assert sequence_in("A.{year}*{seq}", "A.2026*7") == (2026, 7)
    assert sequence_in("A.{year}*{seq}", "AB2026*7") is None
