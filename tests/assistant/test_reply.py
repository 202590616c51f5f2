"""Reply: questions, confirmations and refusals; nothing is agreed to unseen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from net30.assistant.arguments import LAST
from net30.assistant.calls import ask, make_call, propose
from net30.assistant.fixtures import ListedBooks
from net30.assistant.replies.catalogue import reply_languages
from net30.assistant.reply import confirmation, question, tell_nothing, welcome
from net30.assistant.roll.people import KnownClient
from net30.assistant.understanding.directory import KnownInvoice
from tests.assistant.shop import plain


def known(number: str, status: str, balance: str, currency: str = "XOF") -> KnownInvoice:
    return KnownInvoice(
        reference=number,
        client="Acme Corp",
        currency=currency,
        total=Decimal(4_248_000),
        balance=Decimal(balance),
        issue_date=date(2026, 9, 1),
        status=status,
    )


BOOKS = ListedBooks(
    (KnownClient(id="acme", name="Acme Corp", currency="XOF"),),
    (
        known("INV-1", "overdue", "3248000"),
        known("INV-2", "overdue", "12.5", "EUR"),
        known("INV-3", "issued", "77"),
        known("draft-id", "draft", "4248000"),
    ),
)


def asked(name: str, language: str = "en", **args: object) -> str:
    return plain(confirmation(propose(name, args), BOOKS, language))


def test_a_payment_is_shown_with_its_amount_its_day_and_how_it_came() -> None:
    said = asked("record_payment", number="INV-1", amount="5", date="2026-11-20", method="cash")
    assert said.startswith("Record 5 FCFA on INV-1 (Acme Corp, cash, 20 November 2026)?")
    assert "3 248 000 FCFA sur INV-1 (Acme Corp)" in asked("record_payment", "fr", number="INV-1")


def test_a_reminder_is_shown_with_what_is_open_or_with_all_that_is_overdue() -> None:
    assert "INV-1, 3,248,000 FCFA open" in asked("send_reminder", number="INV-1")
    assert "€12.50 · 3,248,000 FCFA" in asked("send_reminder", client="Acme Corp")


def test_a_draft_is_called_so_and_an_unknown_invoice_shows_dashes() -> None:
    assert asked("issue_invoice", number="draft-id").startswith("Issue the draft (Acme Corp, 4,")
    assert "(–, –)" in asked("void_invoice", number=LAST)
    assert "to a@b.example" in asked("send_invoice", number="INV-1", to="a@b.example")


def test_a_draft_that_waits_for_a_yes_shows_all_that_will_be_on_it() -> None:
    line = {"description": "audit", "quantity": "2", "unit_price": "90000", "tax_rate": "18"}
    args = {"client": "Acme Corp", "lines": [line], "due_date": "2026-12-31"}
    waiting = make_call("confirm", {"tool": "create_invoice", "args": args})
    said = plain(confirmation(waiting, BOOKS, "en"))
    assert "for Acme Corp: 2 × audit: 90,000, tax rate 18, due date 2026-12-31?" in said


@pytest.mark.parametrize("language", reply_languages())
@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("record_payment", {"number": "INV-1", "amount": "5"}),
        ("void_invoice", {"number": "INV-1"}),
        ("create_credit_note", {"number": "INV-1"}),
        ("send_invoice", {"number": "INV-1"}),
        ("send_reminder", {"number": "INV-1"}),
        ("send_reminder", {"client": "Acme Corp"}),
        ("issue_invoice", {"number": "draft-id"}),
    ],
)
def test_every_confirmation_names_whom_it_is_about(
    name: str, args: dict[str, object], language: str
) -> None:
    assert "Acme Corp" in asked(name, language, **args)


@pytest.mark.parametrize("language", reply_languages())
def test_questions_and_courtesies_are_in_every_language(language: str) -> None:
    call = ask("client", "unit_price", options=["Acme Corp", "Zephyr"], stranger="Umbrella")
    said = question(call, language)
    assert "Umbrella" in said
    assert "Acme Corp, Zephyr" in said
    assert tell_nothing(language)
    assert "Kivu" in welcome("Kivu", language)
