"""The words of the screens are complete in English and French, and hold the same marks."""

from __future__ import annotations

import re

from net30.ui.words import Words, catalogue, language_of
from tests.ui.said_in_sources import bare_labels, texts

MARK = re.compile(r"\{(\w+)\}")
UNTRANSLATED = {"application.py"}
"""What a log says stays English."""


def test_every_text_of_the_screens_is_in_the_french_catalogue() -> None:
    assert sorted(set(texts()) - set(catalogue("fr"))) == []


def test_the_french_catalogue_holds_nothing_that_no_screen_says() -> None:
    assert sorted(set(catalogue("fr")) - set(texts())) == []


def test_translations_hold_the_marks_of_the_english_text() -> None:
    wrong = [
        text
        for text, said in catalogue("fr").items()
        if not said.strip() or set(MARK.findall(text)) != set(MARK.findall(said))
    ]
    assert wrong == []


def test_no_screen_shows_a_text_without_asking_for_its_translation() -> None:
    assert [one for one in bare_labels() if one.partition(":")[0] not in UNTRANSLATED] == []


def test_the_browsers_language_is_followed_where_the_screens_speak_it() -> None:
    assert [language_of(one) for one in ("fr-CI", "en_GB", "ar", "sw", "")] == [
        "fr",
        "en",
        "ar",
        "en",
        "en",
    ]


def test_french_says_one_for_nothing_and_english_does_not() -> None:
    said = ("{n} invoice", "{n} invoices")
    assert Words("en").count(0, *said) == "0 invoices"
    assert Words("fr").count(0, *said) == "0 facture"
    assert Words("fr").count(2, *said) == "2 factures"
