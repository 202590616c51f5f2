"""What the pages say: every name in every language, every name that is used, every error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import net30.portal
from net30.domain.identity.roles import Role
from net30.kernel.errors import InputError
from net30.portal.faults import told
from net30.portal.words import LANGUAGES, Words, table, words_for

ROOM = Path(net30.portal.__file__).parent
MARK = re.compile(r"\{\w+\}")


def test_everything_is_said_in_every_language_with_the_same_marks() -> None:
    for name, texts in table().items():
        assert set(texts) == set(LANGUAGES), name
        assert all(texts.values()), name
        assert len({tuple(sorted(MARK.findall(text))) for text in texts.values()}) == 1, name


def test_every_name_that_a_page_uses_is_there() -> None:
    used = {
        name
        for page in (ROOM / "templates").glob("*.j2")
        for name in re.findall(r"say\('([\w.]+)'[,)]", page.read_text())
    }
    used |= {f"role.{role.value}" for role in Role}
    assert len(used) > 50
    assert used <= set(table())


def test_an_error_without_a_translation_keeps_its_own_words() -> None:
    shown = told(InputError("odd", hint="do it", code="nothing-of-ours"), Words("fr"))
    assert (shown.message, shown.hint) == ("odd", "do it")


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("fr", "en", "fr"),
        ("xx", "fr", "fr"),
        ("", "", "en"),
        ("", "de, ar", "en"),
        ("", "en;q=0.1, fr;q=0.2", "fr"),
        ("", "fr;q=bad, en;q=0.5", "en"),
        ("", "fr;q=0", "en"),
        ("", "," * 10_000, "en"),
    ],
)
def test_the_language_is_the_visitor_s(chosen: str, accepted: str, language: str) -> None:
    assert words_for(chosen, accepted).language == language
