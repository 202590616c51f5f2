"""Dunning letters and statements: every language has every word, and no mark is left over."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from typing import Any, get_type_hints

import pytest

from net30.domain.dunning import Tone
from net30.kernel.money import Money
from net30.language import dunning_letter as letters
from net30.language.dunning_letter import Extras, dunning_letter, speaks
from net30.language.letter import Overdue, ReminderFacts
from net30.services import write_statement as statements

DAY = date(2026, 11, 21)
FACTS = ReminderFacts(
    seller="Lagune",
    customer="Acme {day}",
    day=DAY,
    overdue=(
        Overdue(number="A-1", issued=DAY, due=DAY, balance=Money(500, "XOF"), days=3),
        Overdue(number="A-2", issued=DAY, due=DAY, balance=Money(700, "EUR"), days=9),
    ),
    ways_to_pay=(("IBAN", "SN12"), ("BIC", "")),
)
EXTRAS = Extras(
    law="Code",
    interest=(Money(11, "XOF"),),
    fixed=(Money(4000, "EUR"),),
    fees=(Money(22, "XOF"),),
)


def read(name: str) -> dict[str, Any]:  # Any: what a TOML file holds
    path = files("net30.language") / "letters" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_the_files_have_the_words_that_the_code_asks_for() -> None:
    wanted = set(get_type_hints(letters.LetterWords))
    spoken = set(get_type_hints(letters.ToneWords))
    for words in read("dunning").values():
        assert set(words) == wanted
        assert all(set(words[tone]) == spoken for tone in Tone)
        assert len(words["columns"]) == 5
    for words in read("statement").values():
        assert set(words) == set(get_type_hints(statements.StatementWords))
        assert (len(words["columns"]), len(words["ageing"])) == (6, 7)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("tone", list(Tone))
def test_a_letter_says_all_of_its_facts(language: str, tone: Tone) -> None:
    letter = dunning_letter(FACTS, tone, language, EXTRAS)
    text = letter.text
    for said in ("A-1", "A-2", "Acme {day}", "Lagune", "IBAN", "SN12", "11", "40", "22", "Code"):
        assert said in text
    assert "BIC" not in text
    assert "{" not in text.replace("Acme {day}", "")
    assert len(letter.rows) == 2
    assert letter.subject.endswith("Lagune")
    one = dunning_letter(
        ReminderFacts(seller="L", customer="A", day=DAY, overdue=FACTS.overdue[:1]),
        tone,
        language,
        Extras(),
    )
    assert "A-1" in one.subject
    assert one.ways == ()
    assert len(one.sums) == 1


def test_only_two_languages_have_tones() -> None:
    assert [code for code in ("en", "fr", "es", "pt", "de", "ar") if speaks(code)] == ["en", "fr"]
