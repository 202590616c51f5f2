"""Glyphs: every string becomes one that our fonts can draw."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.documents.typesetting.glyphs import (
    LONG_WORD_CHARACTERS,
    breakable,
    coverage,
    drawable,
)
from net30.documents.view.tidy import shown, shown_inline


@pytest.mark.parametrize(
    "text",
    ["Société", "شركة الأمل", "株式会社山田", "עברית", "አማርኛ", "Ελληνικά", "Кириллица", "ไทย",
     "हिन्दी", "ߒߞߏ", "ⵜⵉⴼⵉⵏⴰⵖ", "Ɓaɗe Ŋalle Ɛwe", "e\u0301a\u0300", "한국어", "✓ ☎ →"],
)  # fmt: skip
def test_the_worlds_scripts_are_drawn_as_they_are(text: str) -> None:
    assert drawable(text) == (text, frozenset())


@pytest.mark.parametrize(
    ("text", "drawn", "missing"),
    [
        ("𝐀𝟛", "A3", ""),
        ("a🚀b", "a�b", "🚀"),
        ("\U00012000", "�", "\U00012000"),
        ("a\u05b0", "a", "\u05b0"),
        ("\u05b0a", "a", "\u05b0"),
        ("👍🏽", "👍", ""),
    ],
)
def test_what_no_font_has_is_replaced(text: str, drawn: str, missing: str) -> None:
    assert drawable(text) == (drawn, frozenset(missing))


@given(st.text())
def test_a_drawable_text_stays_as_it_is(text: str) -> None:
    drawn, _ = drawable(shown(text))
    assert drawable(drawn)[0] == drawn


@given(st.text())
def test_break_points_change_no_letter(text: str) -> None:
    text = text.replace("\u200b", "")
    assert breakable(text).replace("\u200b", "") == text


def test_a_long_address_breaks_after_its_points() -> None:
    mail = "comptabilite.fournisseurs@entreprise-exemple.ci"
    assert breakable(mail).replace("\u200b", "|") == (
        "comptabilite.|fournisseurs@|entreprise-|exemple.|ci"
    )
    assert all(len(part) <= LONG_WORD_CHARACTERS for part in breakable("x" * 999).split("\u200b"))


def test_every_family_is_listed_with_what_it_draws() -> None:
    families = coverage()
    assert {"Inter", "Net30 Book", "Noto Sans Arabic", "Noto Sans CJK SC"} <= families.keys()
    assert all(" " not in drawn or len(drawn) > 1 for drawn in families.values())


@pytest.mark.parametrize(
    ("text", "seen"),
    [("pay \u202e0001\u202c now", "pay 0001 now"), ("a\x00\x07\x1bb\x85c", "abc"),
     ("a\r\nb", "a\nb"),
     ("tab\there", "tab here"), ("e\u0301", "é"), ("\u2066x\u2069", "x"), ("\ufeffx", "x")],
)  # fmt: skip
def test_what_cannot_be_seen_is_taken_out(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_a_single_line_is_cut_where_it_is_too_long() -> None:
    assert shown_inline("one\n two", 5) == "one …"
