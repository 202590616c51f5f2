"""Text: what is taken out of what people write, and how much of it fits."""

from __future__ import annotations

import pytest

from net30.domain.invoice import Note
from net30.domain.line import AllowanceCharge
from net30.domain.party import Address, Identifier, Party
from net30.domain.tax import TaxCategory
from net30.domain.text import NAME_CHARACTERS_MAX, TEXT_CHARACTERS_MAX, clean, cleaned
from net30.kernel.errors import LimitExceeded
from net30.kernel.money import Money


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Acme Corp ", "Acme Corp"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("bell\x07 nul\x00 esc\x1b[31m", "bell nul esc[31m"),
        ("\u202e000 09\u202c", "000 09"),
        ("\u2066x\u2069", "x"),
        ("\ud800 \ufffe\uffff\ufdd0\ufdef", ""),
        ("عمدة 株式 é 😀 \u200f", "عمدة 株式 é 😀 \u200f"),
        ("<b>#let x = 1</b> $a$", "<b>#let x = 1</b> $a$"),
        ("\x00 \x01", ""),
    ],
)
def test_controls_and_overrides_go_and_everything_that_can_be_read_stays(
    written: str, kept: str
) -> None:
    assert clean(written, "the note", 100) == kept


def test_a_text_may_be_as_long_as_said_and_not_one_letter_longer() -> None:
    assert clean("x" * NAME_CHARACTERS_MAX, "the name", NAME_CHARACTERS_MAX)
    with pytest.raises(LimitExceeded, match="the name has 501 characters") as refusal:
        clean("x" * 501, "the name", NAME_CHARACTERS_MAX)
    assert refusal.value.code == "text_too_long"
    assert "500" in refusal.value.hint


def test_every_text_of_a_record_is_cleaned_however_deep() -> None:
    party = Party(
        name="A\x00cme",
        ids=(Identifier("1\u202e2"),),
        address=Address(line1="Rue\x07 1", city="Abidjan"),
    )
    result = cleaned(party, "the customer")
    assert result == Party(
        name="Acme", ids=(Identifier("12"),), address=Address(line1="Rue 1", city="Abidjan")
    )


def test_what_is_clean_comes_back_as_it_was() -> None:
    entry = AllowanceCharge(amount=Money(5, "XOF"), reason="agreed")
    for record in (entry, (), None, 7, TaxCategory.EXEMPT, Money(1, "XOF"), Note):
        assert cleaned(record, "it") is record


def test_a_text_too_long_is_named_by_its_field() -> None:
    note = Note("x" * (TEXT_CHARACTERS_MAX + 1))
    with pytest.raises(LimitExceeded, match=r"the request\[1\]\.text has 10,001 characters"):
        cleaned((Note("fine"), note), "the request")
