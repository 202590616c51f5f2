"""The language of an answer: the message's own, else the conversation's, else the house's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from net30.assistant.evaluation import TODAY
from net30.assistant.intents.understand import understand
from net30.assistant.turns import Turn
from tests.assistant.chat_cases import own_books

IN_NO_LANGUAGE = ("ok", "42", "INV-2026-0104", "500 000 FCFA", "Zephyr Inc", "xlsx")


def answered_in(*said: str, house: str = "") -> str:
    books = own_books()
    customs = replace(books.customs, language=house)
    turns = [Turn("user", text) for text in said]
    return understand(turns, books, customs, TODAY).language


@pytest.mark.parametrize("text", IN_NO_LANGUAGE)
def test_what_is_in_no_language_is_answered_in_the_houses(text: str) -> None:
    assert answered_in(text, house="pt") == "pt"
    assert answered_in(text, house="fr") == "fr"
    assert answered_in(text) == "en"


@pytest.mark.parametrize("text", IN_NO_LANGUAGE)
def test_what_is_in_no_language_goes_on_in_the_conversations(text: str) -> None:
    assert answered_in("¿Cuánto nos debe Zephyr Inc?", text, house="fr") == "es"
    assert answered_in("Show me the overdue invoices", text, house="fr") == "en"


def test_an_answer_that_was_given_in_a_language_is_gone_on_with() -> None:
    books = own_books()
    before = [Turn("user", "ok"), Turn("assistant", "Alles klar.", language="de")]
    heard = understand([*before, Turn("user", "42")], books, books.customs, TODAY)
    assert heard.language == "de"


def test_the_house_decides_between_languages_that_are_as_likely_and_no_others() -> None:
    assert answered_in("exportar clientes para Excel", house="pt") == "pt"
    assert answered_in("exportar clientes para Excel", house="es") == "es"
    assert answered_in("show the overdue invoices", house="pt") == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Download INV-2026-0104 as PDF",
        "Whitfield: 45 minutes contract review, 140 GBP an hour",
        "do 42",
    ],
)
def test_small_english_words_are_not_taken_for_those_of_other_languages(text: str) -> None:
    assert answered_in(text) == "en"
