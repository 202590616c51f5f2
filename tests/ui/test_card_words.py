"""What a model's card says is told in the language of the screen."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from net30.language.locales import OWN_NAMES
from net30.ui.learning.card_words import LIMITS, limit_in
from net30.ui.words import Words

SHIPPED = json.loads((files("net30.scoring") / "default" / "card.json").read_text())["limits"]
TOLD = (
    "No history it was trained with was more than 90 days old at issue.",
    "All delays over 1,200 days are one bin: how much later than that is not told.",
    "It has learned from 12,345 customers of one company; others may pay otherwise.",
    (
        "Moved to the level of the last 2,000 of your own invoices that fell due: 40% were late, "
        "35% had been told."
    ),
    "Fewer than 20 invoices of your own have fallen due: it knows no level.",
)


@pytest.mark.parametrize("language", sorted(set(OWN_NAMES) - {"en"}))
def test_every_limit_of_a_card_is_told_in_the_language_of_the_screen(language: str) -> None:
    t = Words(language)
    for limit in (*SHIPPED, *TOLD):
        assert limit_in(t, limit) != limit, limit
    assert len(LIMITS) == len(SHIPPED) + len(TOLD)


def test_numbers_of_a_card_are_written_as_the_language_does() -> None:
    assert "12.345 Kunden" in limit_in(Words("de"), TOLD[2])
    assert "40\N{NO-BREAK SPACE}%" in limit_in(Words("fr"), TOLD[3])
    assert limit_in(Words("en"), TOLD[3]) == TOLD[3]


def test_a_sentence_that_is_not_known_stays_in_english() -> None:
    assert limit_in(Words("fr"), "It knows only Mondays.") == "It knows only Mondays."
