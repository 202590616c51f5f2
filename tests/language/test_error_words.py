"""Errors in words: what a language says of a code, and what it lacks."""

from __future__ import annotations

import re

import pytest

from net30.kernel.errors import InputError, NotFound
from net30.kernel.findings import Finding
from net30.language.error_words import LANGUAGES, error_table, finding_in, words_of
from net30.language.locales import languages

MARK = re.compile(r"(?<!\{)\{(\w+)\}")
CODES_MIN = 200
"""So many codes have words in each language: those that people and programs meet."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_what_people_meet_and_no_code_that_french_does_not_know(
    language: str,
) -> None:
    said, french = error_table(language), error_table("fr")
    assert set(said["title"]) == set(french["title"])
    assert set(said["finding"]) == set(french["finding"])
    assert set(said["detail"]) == set(said["hint"])
    assert set(said["detail"]) <= set(french["detail"])
    assert len(said["detail"]) >= CODES_MIN
    for part in ("detail", "hint", "finding"):
        for code, sentence in said[part].items():
            assert sentence.strip().format_map({"it": "x", "cell": "y", "rest": "z"}), code
            assert set(MARK.findall(sentence)) <= set(MARK.findall(french[part][code])), code


def test_there_are_words_in_every_language_of_the_documents_but_english() -> None:
    assert set(LANGUAGES) == set(languages()) - {"en"}


def test_an_error_is_told_with_what_it_is_about() -> None:
    error = InputError("'31/13' is not a date", hint="write it so", code="date")
    told = words_of(error, 422, "Unprocessable", "de")
    assert told.detail == "„31/13“ ist kein Datum."
    assert told.title == "Daten abgelehnt"
    assert told.whole


def test_what_a_language_lacks_is_told_in_english_and_said_to_be() -> None:
    odd = NotFound("there is no 'x'", hint="look", code="nothing-of-ours")
    told = words_of(odd, 404, "Not Found", "ar")
    assert (told.detail, told.hint, told.whole) == ("there is no 'x'", "look", False)
    assert words_of(odd, 404, "Not Found", "en").whole
    bare = InputError("this is not a date", hint="write it so", code="date")
    assert words_of(bare, 422, "", "fr").detail == "this is not a date"


def test_a_finding_names_its_field_in_the_language() -> None:
    found = Finding("json_missing", "lines[0].name", "it is missing")
    assert finding_in(found, "es").message == "falta name"
    assert finding_in(found, "en") == found
    wrong = Finding("amount", "rows[17].amount", "'much' is no amount in this column's style")
    assert finding_in(wrong, "de").message.startswith("„much“ ist kein Betrag")
    bare = Finding("amount", "rows[17].amount", "this is no amount")
    assert finding_in(bare, "de") == bare  # a sentence with a hole is none
    odd = Finding("nothing-of-ours", "x", "odd")
    assert finding_in(odd, "pt").message == "odd"


def test_a_finding_that_is_an_error_s_has_the_error_s_words() -> None:
    refused = Finding(
        "books_refused", "INV-1", "the accounting program does not take it: Tax code: 7 is closed"
    )
    told = finding_in(refused, "fr").message
    assert told == "Le logiciel comptable ne le prend pas : Tax code: 7 is closed"
    assert finding_in(Finding("books_refused", "INV-1", "no"), "fr").message == "no"
