"""Errors in words: what a language says of a code, and what it lacks."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from net30.documents.codec import Faults, from_plain
from net30.domain.party import Contact
from net30.kernel.errors import InputError, NotFound
from net30.kernel.findings import Finding
from net30.kernel.money import Money
from net30.language.error_words import LANGUAGES, error_table, finding_in, words_of
from net30.language.locales import languages

MARK = re.compile(r"(?<!\{)\{(\w+)\}")
MARKS = ("it", "cell", "rest", "number", "wanted")
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
            assert sentence.strip().format_map(dict.fromkeys(MARKS, "x")), code
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_type_that_a_value_should_have_is_told_in_every_language(language: str) -> None:
    faults: Faults = []
    for kind in (str, bool, int, Decimal, date, bytes, Money, tuple[str, ...], Contact):
        from_plain(kind, 1.5, "x", faults)
    told = [finding_in(one, language).message for one in faults]
    assert len(set(told)) == len(faults) == 9
    assert not any("wanted" in one for one in told)


def test_the_values_of_a_message_are_told_where_a_sentence_has_no_place_for_them() -> None:
    later = InputError("2030-01-01 is in the future", hint="later", code="future_payment")
    assert words_of(later, 422, "", "fr").detail == "Ce jour est dans le futur (2030-01-01)."
    over = InputError("9 XOF is more than the 5 XOF open on INV-1", hint="-", code="more_than_open")
    assert words_of(over, 422, "", "de").detail.endswith(" (9 XOF; 5 XOF; INV-1).")
    again = InputError("the deposit of 130 % is not between 0 and 100", hint="-", code="percent")
    assert words_of(again, 422, "", "fr").detail.endswith("entre 0 et 100 (130).")
    example = Finding("json_date", "as_of", "'2020-02-30' is not a date: e.g. 2026-11-21")
    assert finding_in(example, "fr").message.endswith(" (2020-02-30)")
    number = Finding("json_number", "x", "'much' is not a number net30 can take")
    assert finding_in(number, "fr").message == "ce n'est pas un nombre (much)"


def test_a_hint_that_lists_what_there_is_lists_it_in_every_language() -> None:
    odd = InputError("there is no engine 'warp'", hint="there are: local, spark", code="choice")
    assert words_of(odd, 422, "", "fr").hint.endswith(" la documentation nomme: local, spark")
    known = InputError("'x' is not a format", hint="use one of pdf, html", code="report_format")
    assert words_of(known, 422, "", "fr").hint == "pdf, html, xlsx ou csv"


def test_a_number_out_of_bounds_is_told_with_the_bound_and_a_field_with_those_there_are() -> None:
    over = Finding("less_than_equal", "query.limit", "Input should be less than or equal to 53")
    assert finding_in(over, "fr").message == "la valeur est trop grande : 53 au plus"
    odd = Finding("unknown_field", "nme", "Line has no field 'nme'; there are: name, unit")
    assert finding_in(odd, "fr").message == "ce champ n'existe pas ; il y a : name, unit"


def test_a_finding_that_is_an_error_s_has_the_error_s_words() -> None:
    terms = Finding("json_terms_days", "terms", "terms of -3 days are not between 0 and 730")
    assert (
        finding_in(terms, "fr").message == "Ce délai de paiement n'est pas possible (-3; 0; 730)."
    )
    refused = Finding(
        "books_refused", "INV-1", "the accounting program does not take it: Tax code: 7 is closed"
    )
    told = finding_in(refused, "fr").message
    assert told == "Le logiciel comptable ne le prend pas : Tax code: 7 is closed"
    assert finding_in(Finding("books_refused", "INV-1", "no"), "fr").message == "no"
