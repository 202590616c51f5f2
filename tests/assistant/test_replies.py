"""Replies: every language says the same things, with the same marks, and reads well."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from string import Formatter
from typing import Any

import pytest

from net30.assistant.calls import description_of, tool_names
from net30.assistant.replies.catalogue import FIRST, ROOM, reply_languages
from net30.domain.open_item import SettlementKind, Status
from net30.domain.payment import PaymentMethod

OTHERS = [language for language in reply_languages() if language != FIRST]


def catalogue(language: str) -> dict[str, dict[str, Any]]:  # Any: TOML as read
    return tomllib.loads((files(ROOM) / f"{language}.toml").read_text(encoding="utf-8"))


def marks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_net30_answers_in_six_languages() -> None:
    assert reply_languages() == ("en", "fr", "es", "pt", "de", "ar")


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_tables_and_names_of_english(language: str) -> None:
    ours, english = catalogue(language), catalogue(FIRST)
    assert set(ours) == {*english, "tool"}
    for table, entries in english.items():
        assert set(ours[table]) == set(entries), table


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_names_what_the_english_one_names(language: str) -> None:
    ours = catalogue(language)
    for table, entries in catalogue(FIRST).items():
        for name, text in entries.items():
            if isinstance(text, str):
                assert marks(ours[table][name]) == marks(text), f"{table}.{name}"
                assert bool(ours[table][name]) == bool(text), f"{table}.{name}"
            else:
                assert len(ours[table][name]) == len(text), f"{table}.{name}"


@pytest.mark.parametrize("language", OTHERS)
def test_every_tool_is_described_in_every_language(language: str) -> None:
    assert set(catalogue(language)["tool"]) == set(tool_names())
    assert all(map(description_of, tool_names()))


@pytest.mark.parametrize("language", reply_languages())
def test_every_state_of_the_books_has_a_word(language: str) -> None:
    ours = catalogue(language)
    assert set(ours["status"]) == {status.value for status in Status}
    assert set(ours["method"]) == {method.value for method in PaymentMethod}
    assert {kind.value for kind in SettlementKind} <= set(ours["event"])
