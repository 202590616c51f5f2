"""What the pages say: every name in every language, every name that is used, every error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import net30.portal
from net30.domain.identity.roles import Role
from net30.kernel.errors import InputError
from net30.language.locales import OWN_NAMES
from net30.portal.faults import told
from net30.portal.words import Words, table, words_for

ROOM = Path(net30.portal.__file__).parent
MARK = re.compile(r"\{\w+\}")
SHARE_MIN = 0.9
"""So much of what the pages say is there in the languages besides English and French."""


def test_everything_is_said_in_english_and_french_and_most_in_the_other_languages() -> None:
    english = table("en")
    assert set(table("fr")) == set(english)
    for language in OWN_NAMES:
        assert set(table(language)) <= set(english), language
        assert len(table(language)) >= SHARE_MIN * len(english), language


@pytest.mark.parametrize("language", OWN_NAMES)
def test_what_is_said_holds_the_marks_and_the_way_out_of_the_english(language: str) -> None:
    for name, text in table(language).items():
        english = table("en")[name]
        assert text.strip(), name
        assert sorted(MARK.findall(text)) == sorted(MARK.findall(english)), name
        assert (" | " in text) == (" | " in english), name


def test_arabic_runs_from_the_right() -> None:
    assert Words("ar").direction == "rtl"
    assert Words("de").direction == "ltr"


def test_every_name_that_a_page_uses_is_there() -> None:
    used = {
        name
        for page in (ROOM / "templates").glob("*.j2")
        for name in re.findall(r"say\('([\w.]+)'[,)]", page.read_text())
    }
    used |= {f"role.{role.value}" for role in Role}
    assert len(used) > 50
    assert used <= set(table("en"))


def test_an_error_without_a_translation_keeps_its_own_words() -> None:
    shown = told(InputError("odd", hint="do it", code="nothing-of-ours"), Words("fr"))
    assert (shown.message, shown.hint) == ("odd", "do it")


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("fr", "en", "fr"),
        ("xx", "fr", "fr"),
        ("", "", "en"),
        ("", "de;q=0.5, ar-EG", "ar"),
        ("", "sw, zh", "en"),
        ("", "en;q=0.1, fr;q=0.2", "fr"),
        ("", "fr;q=bad, en;q=0.5", "en"),
        ("", "fr;q=0", "en"),
        ("", "," * 10_000, "en"),
    ],
)
def test_the_language_is_the_visitor_s(chosen: str, accepted: str, language: str) -> None:
    assert words_for(chosen, accepted).language == language
