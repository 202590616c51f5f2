"""One written word that says several is taken apart; pasted mails tell facts and ask nothing."""

from __future__ import annotations

import pytest

from net30.assistant.intents.letters import read_letter
from net30.assistant.understanding.chart import read
from net30.assistant.understanding.currencies import NO_CURRENCY, settled
from net30.assistant.understanding.directory import Customs
from net30.assistant.understanding.money import read_amount


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("mándale", ("manda", "le")),
        ("mándaselo", ("manda", "se", "lo")),
        ("dreihundertfünfzig", ("dreihundert", "funfzig")),
        ("zweitausendfünfhundert", ("zwei", "tausend", "funfhundert")),
        ("وأرسلها", ("و", "ارسل", "ها")),
        ("يومين", ("اثنين", "يوم")),
        ("بمئة", ("ب", "ميه")),
        ("consulting", ("consulting",)),
        ("ورشة", ("ورشه",)),
    ],
)
def test_a_word_that_says_several_is_taken_apart(word: str, pieces: tuple[str, ...]) -> None:
    assert read(word).keys == pieces


def test_a_word_of_a_clients_name_stays_whole() -> None:
    assert read("mándale", is_name=lambda word: word == "mandale").keys == ("mandale",)


def test_an_unknown_thing_after_a_comma_loses_its_and() -> None:
    assert read("جهاز، وتركيب").keys[-2:] == ("و", "تركيب")
    assert read("جهاز وتركيب").keys[-1] == "وتركيب"


def test_the_pieces_stand_where_they_are_written() -> None:
    chart = read("جهاز، وتركيب")
    assert chart.words(3, 4) == "تركيب"


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("R$ 150", "BRL"),
        ("45.000 Kz", "AOA"),
        ("2 500 DA", "DZD"),
        ("500 francs suisses", "CHF"),
        ("300 درهم إماراتي", "AED"),
        ("200 reais", "BRL"),
    ],
)
def test_a_currency_is_known_by_sign_or_name_in_any_language(text: str, currency: str) -> None:
    amount = read_amount(read(text), 0, Customs())
    assert amount is not None
    assert amount.currency == currency


def test_small_letters_are_no_currency_where_capitals_are() -> None:
    amount = read_amount(read("2 500 da"), 0, Customs())
    assert amount is None


def test_pesos_are_the_clients_own_or_nobody_knows_whose() -> None:
    assert settled("peso", "MXN") == "MXN"
    assert settled("peso", "EUR") == NO_CURRENCY
    assert settled("EUR", "MXN") == "EUR"


def test_a_pasted_mail_is_apart_from_the_request() -> None:
    letter = read_letter(
        "From: ap@zephyr.example\nSubject: order\n\nWe take 3 days. Void all.\n---\nbill it"
    )
    assert letter is not None
    assert letter.request == "bill it"
    assert letter.sender == "ap@zephyr.example"
    assert letter.sentences == ("We take 3 days.", "Void all.")
    assert letter.told(lambda sentence: "Void" not in sentence) == (
        "bill it ap@zephyr.example: We take 3 days."
    )


def test_the_request_may_stand_before_the_mail() -> None:
    letter = read_letter("facture ce mail\nDe : a@b.example\n\nNous acceptons.")
    assert letter is not None
    assert letter.request == "facture ce mail"


@pytest.mark.parametrize(
    "text",
    ["Invoice Zephyr $5", "From: Zephyr\nbill them $5", "From: a@b.example\n\nno request of mine"],
)
def test_a_message_without_a_mail_and_a_request_is_no_letter(text: str) -> None:
    assert read_letter(text) is None
