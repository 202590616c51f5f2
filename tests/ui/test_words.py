"""The words of the screens: English and French complete, four more nearly, all with their marks."""

from __future__ import annotations

import re

import pytest

from net30.language.locales import OWN_NAMES
from net30.ui.words import Words, catalogue, forms, language_of
from tests.ui.said_in_sources import bare_labels, texts

MARK = re.compile(r"\{(\w+)\}")
OTHERS = sorted(set(OWN_NAMES) - {"en", "fr"})
SHARE_MIN = 0.9
"""So much of what the screens say is there in the languages besides English and French."""
LEFT_MAX = 20
"""So many texts that no screen says any more may wait for the next tidying of a catalogue."""
SAME_MAX = 25
FORMS = {"zero", "one", "two", "few", "many", "other"}
UNTRANSLATED = {"application.py", "warming.py"}
"""What a log says stays English."""


def test_every_text_of_the_screens_is_in_the_french_catalogue() -> None:
    assert sorted(set(texts()) - set(catalogue("fr"))) == []


def test_the_french_catalogue_holds_nothing_that_no_screen_says() -> None:
    assert sorted(set(catalogue("fr")) - set(texts())) == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_other_languages_say_nearly_all_and_little_that_no_screen_says(language: str) -> None:
    wanted, there = set(texts()), set(catalogue(language))
    missing = sorted(wanted - there)
    assert len(missing) <= (1 - SHARE_MIN) * len(wanted), missing
    assert len(there - wanted) <= LEFT_MAX, sorted(there - wanted)


@pytest.mark.parametrize("language", ["fr", *OTHERS])
def test_translations_hold_the_marks_of_the_english_text(language: str) -> None:
    wrong = [
        text
        for text, said in catalogue(language).items()
        if not said.strip() or set(MARK.findall(text)) != set(MARK.findall(said))
    ]
    assert wrong == []
    for (text, form), said in forms(language).items():
        assert set(MARK.findall(text)) - set(MARK.findall(said)) <= {"n"}, (text, form)
        assert form in FORMS


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_is_not_the_english_text_again(language: str) -> None:
    """A few words are the same in both; a catalogue that was only copied would have hundreds."""
    same = [text for text, said in catalogue(language).items() if text == said]
    assert len(same) <= SAME_MAX, same


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


def test_arabic_counts_in_its_own_forms_and_german_in_two() -> None:
    said = ("{n} invoice", "{n} invoices")
    arabic = [Words("ar").count(number, *said) for number in (1, 2, 3, 11)]
    assert arabic == ["فاتورة واحدة", "فاتورتان", "3 فواتير", "11 فاتورة"]
    assert Words("de").count(0, *said) == "0 Rechnungen"
    assert Words("de").count(1, *said) == "1 Rechnung"


def test_arabic_runs_from_the_right() -> None:
    assert [Words(one).direction for one in ("ar", "pt")] == ["rtl", "ltr"]
