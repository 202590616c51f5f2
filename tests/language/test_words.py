"""Catalogues, units and dates: complete in every language."""

from __future__ import annotations

import csv
import re
import string
from collections import Counter
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from net30.kernel.errors import InputError
from net30.language.dates import write_date, write_days
from net30.language.locales import languages
from net30.language.units import unit_code, unit_codes, unit_name
from net30.language.words import catalogue, words


@pytest.mark.parametrize("language", languages())
def test_every_catalogue_has_every_text(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert other.keys() == english.keys()
    assert [text for text, translation in other.items() if not translation.strip()] == []


@pytest.mark.parametrize("language", languages())
def test_every_translation_keeps_the_marks_of_its_text(language: str) -> None:
    for text, translation in catalogue(language).items():
        assert _marks(translation) == _marks(text), text


def test_every_text_the_documents_ask_for_is_in_the_catalogue() -> None:
    view = files("net30.documents.view")
    source = "".join(file.read_text("utf-8") for file in view.iterdir() if file.name[-3:] == ".py")
    asked = set(re.findall(r'say\(\s*"([^"]+)"', source))
    assert asked
    assert asked <= catalogue("en").keys()


def test_a_language_without_a_catalogue_is_refused() -> None:
    with pytest.raises(InputError):
        words("tlh")


def test_every_unit_has_a_name_in_every_language() -> None:
    table = files("net30.language") / "units.csv"
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    named = Counter(row["code"] for row in rows if row["one"] and row["many"])
    assert set(named.values()) == {len(languages())}
    assert unit_codes() == named.keys()


@pytest.mark.parametrize(
    ("quantity", "language", "name"),
    [("1", "en", "hour"), ("0", "en", "hours"), ("1.5", "en", "hours"), ("40", "en", "hours"),
     ("1.5", "fr", "heure"), ("2", "fr", "heures"), ("-1", "fr", "heure")],
)  # fmt: skip
def test_one_hour_and_forty_hours(quantity: str, language: str, name: str) -> None:
    assert unit_name("HUR", Decimal(quantity), language) == name


def test_a_unit_without_a_name_shows_its_code() -> None:
    assert unit_name("4L", Decimal(2), "fr") == "4L"


@pytest.mark.parametrize(
    ("text", "code"), [("hours", "HUR"), ("jour", "DAY"), ("hur", "HUR"), (" Stunden ", "HUR")]
)
def test_a_unit_is_known_by_its_code_and_its_names(text: str, code: str) -> None:
    assert unit_code(text) == code


def test_an_unknown_unit_is_refused_with_examples() -> None:
    with pytest.raises(InputError) as refusal:
        unit_code("parsec")
    assert "hour" in refusal.value.hint


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "1 November 2026"), ("fr", "1er novembre 2026"), ("es", "1 de noviembre de 2026"),
     ("pt", "1 de novembro de 2026"), ("de", "1. November 2026"), ("ar", "1 نوفمبر 2026")],
)  # fmt: skip
def test_dates_name_the_month(language: str, text: str) -> None:
    assert write_date(date(2026, 11, 1), language) == text


def test_a_span_of_days_says_the_month_once() -> None:
    assert write_days(date(2026, 11, 1), date(2026, 11, 20), "en") == "1–20 Nov 2026"
    assert write_days(date(2026, 11, 1), date(2026, 11, 1), "en") == "1 November 2026"


def _marks(text: str) -> list[str]:
    return sorted(field for _, field, _, _ in string.Formatter().parse(text) if field)
