from __future__ import annotations

import pytest

from net30.assistant.calls import Call, make_call
from net30.assistant.fixtures import ListedBooks
from net30.assistant.safety.agreement import agrees
from net30.assistant.understanding.directory import Customs
from tests.assistant.chat_cases import own_books
from tests.proofs.injections import NOT_YES


@pytest.fixture(scope="module")
def books() -> ListedBooks:
    return own_books()


def open_number(books: ListedBooks) -> str:
    return next(one.reference for one in books.invoices if one.client == "Acme Corp")


def waiting(books: ListedBooks, tool: str = "send_invoice", **args: object) -> tuple[Call]:
    return (make_call(tool, {"number": open_number(books), **args}),)


@pytest.mark.parametrize(
    "said",
    [
        "yes",
        "Yes!",
        "yes please, go ahead",
        "ok thanks",
        "sure, send it",
        "yes, that's right",
        "y",
        "👍",
        "yes to all of them",
        "oui",
        "oui, envoie-la",
        "d'accord, vas-y",
        "c'est bon, tu peux l'envoyer",
        "sí, adelante",
        "sim",
        "ja, bitte",
        "نعم",
        "yes, Acme Corp",
    ],
)
def test_a_yes_in_any_language_agrees(said: str, books: ListedBooks) -> None:
    assert agrees(said, waiting(books), books, Customs())


@pytest.mark.parametrize(
    "said", ["send it", "Send it!", "please send it now", "envoie-la", "send that invoice"]
)
def test_the_order_that_waits_given_again_agrees(said: str, books: ListedBooks) -> None:
    assert agrees(said, waiting(books), books, Customs())


@pytest.mark.parametrize("said", ["send it?", "send it tomorrow", "send 17", "void it", "invoice"])
def test_an_order_that_says_more_or_less_does_not_agree(said: str, books: ListedBooks) -> None:
    assert not agrees(said, waiting(books), books, Customs())


def test_an_order_given_again_settles_one_call_only(books: ListedBooks) -> None:
    two = (*waiting(books), *waiting(books, tool="send_reminder"))
    assert not agrees("send it", two, books, Customs())


@pytest.mark.parametrize("said", [*NOT_YES, "", " ", "thanks", "yes, void it", "?"])
def test_whatever_says_more_or_less_than_yes_does_not(said: str, books: ListedBooks) -> None:
    assert not agrees(said, waiting(books), books, Customs())


def test_what_was_shown_may_be_said_again(books: ListedBooks) -> None:
    number = open_number(books)
    assert agrees(f"yes, {number}", waiting(books), books, Customs())
    assert agrees(f"yes {number[-3:]}", waiting(books), books, Customs())
    paid = waiting(books, "record_payment", amount="5000")
    assert agrees("yes, 5 000", paid, books, Customs())
    assert agrees("yes, record 5000 FCFA", paid, books, Customs())
    assert not agrees("yes, 5001", paid, books, Customs())
    assert not agrees("yes, 5000 USD", paid, books, Customs())
    assert not agrees(f"yes {number[-3:]}", paid, books, Customs())


def test_the_whole_balance_may_be_said_where_it_waits(books: ListedBooks) -> None:
    balance = next(one.balance for one in books.invoices if one.reference == open_number(books))
    whole = waiting(books, "record_payment")
    assert agrees(f"yes, {balance}", whole, books, Customs())
    assert not agrees(f"yes, {balance}", (), books, Customs())


def test_a_client_who_is_called_like_a_word_changes_no_no(books: ListedBooks) -> None:
    assert not agrees("yes wait", waiting(books), books, Customs())


def test_a_call_without_an_invoice_is_agreed_to_by_words_alone(books: ListedBooks) -> None:
    remind = (make_call("send_reminder", {"client": "Acme Corp"}),)
    assert agrees("yes, remind them", remind, books, Customs())
    assert not agrees("yes, 31", remind, books, Customs())


def test_a_long_message_is_no_yes(books: ListedBooks) -> None:
    assert not agrees("yes " * 30, waiting(books), books, Customs())
