"""Ask, end to end on a real home: drafts, questions, confirmations, figures, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from net30.assistant.answer import Answer, Outcome
from net30.assistant.ask import ask
from net30.assistant.books import Books
from net30.assistant.calls import make_call
from net30.assistant.turns import Turn
from net30.domain.customer import Customer
from net30.domain.party import Address, Contact, Party
from net30.kernel.errors import Conflict
from net30.services.save_customer import save_customer
from tests.desk import Desk, open_desk


@dataclass
class Talk:
    """A conversation at the desk."""

    desk: Desk
    history: list[Turn] = field(default_factory=list)

    def say(self, text: str) -> Answer:
        """Say something and return the answer; everything is settled afterwards."""
        given = ask(self.desk.app, text, self.history)
        self.desk.app.settle()
        self.history += [Turn("user", text), given.as_turn()]
        return given


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    desk = open_desk(tmp_path)
    with desk.app.change() as ctx:
        for name, email in (("Zephyr Inc", "ap@zephyr.example"), ("Zephyr Labs", "")):
            party = Party(name=name, address=Address(country="US"), contact=Contact(email=email))
            save_customer(ctx, Customer(id="", party=party, currency="USD"))
    desk.app.settle()
    yield Talk(desk)
    desk.app.close()


SENTENCE = "Generate an invoice for Acme Corp for 40 hours of consulting at 90000FCFA/hour"


def test_forty_hours_at_90000_fcfa_are_drafted_as_3_600_000(talk: Talk) -> None:
    given = talk.say(SENTENCE)
    assert given.outcome is Outcome.DONE
    assert given.answered_by == "offline"
    assert "3,600,000 FCFA" in given.text.replace("\xa0", " ")
    assert "40 hours" in given.text.replace("\xa0", " ")


def test_the_answer_is_in_the_askers_language(talk: Talk) -> None:
    given = talk.say("Crée une facture pour Acme Corp : 40 heures de conseil à 90 000 FCFA/h")
    assert given.language == "fr"
    assert "Brouillon pour Acme Corp" in given.text


def test_without_a_price_the_price_is_asked(talk: Talk) -> None:
    given = talk.say("Crée une facture pour Acme Corp pour 3 jours de transport")
    assert given.outcome is Outcome.ASKED
    assert "prix" in given.text
    drafted = talk.say("150 000 FCFA")
    assert drafted.outcome is Outcome.DONE
    assert "450 000 FCFA" in drafted.text.replace("\u202f", " ").replace("\xa0", " ")


def test_an_ambiguous_client_is_asked_with_the_names(talk: Talk) -> None:
    given = talk.say("Invoice Zephyr 3 hours of tests at $100")
    assert given.outcome is Outcome.ASKED
    assert "Zephyr Inc" in given.text
    assert "Zephyr Labs" in given.text
    assert talk.say("Labs").calls[0].tool == "create_invoice"


def test_an_unknown_client_is_asked(talk: Talk) -> None:
    given = talk.say("Invoice Umbrella Holdings 3 hours of tests at $100")
    assert given.outcome is Outcome.ASKED
    assert given.calls[0].as_json()["tool"] == "ask_clarification"


def test_a_draft_is_issued_sent_and_paid_only_after_yes(talk: Talk) -> None:
    talk.say(SENTENCE)
    waiting = talk.say("issue it")
    assert waiting.outcome is Outcome.CONFIRM
    assert "the draft" in waiting.text
    issued = talk.say("yes")
    assert issued.outcome is Outcome.DONE
    number = issued.references[0]
    assert number in issued.text
    assert talk.say("send it to them").outcome is Outcome.CONFIRM
    assert "billing@acmecorp.example" in talk.say("yes").text
    asked = talk.say(f"Acme Corp paid 1,000,000 FCFA on {number} by Wave")
    assert asked.outcome is Outcome.CONFIRM
    assert "1,000,000" in asked.text
    assert "3,248,000" in talk.say("yes").text
    assert talk.desk.item(number).balance.minor == 3_248_000


def test_a_no_does_nothing(talk: Talk) -> None:
    number = talk.desk.issue().number
    talk.desk.app.settle()
    assert talk.say(f"void {number}").outcome is Outcome.CONFIRM
    given = talk.say("no, leave it")
    assert given.calls == ()
    assert "nothing was done" in given.text
    assert talk.desk.item(number).balance.minor > 0


def test_an_issued_invoice_is_voided_by_a_credit_note(talk: Talk) -> None:
    number = talk.desk.issue().number
    talk.desk.app.settle()
    talk.say(f"Annule la facture {number}")
    given = talk.say("oui")
    assert "avoir" in given.text
    assert talk.desk.item(number).balance.minor == 0


def test_a_draft_is_deleted_when_voided(talk: Talk) -> None:
    talk.say(SENTENCE)
    talk.say("cancel the draft")
    assert "deleted" in talk.say("yes").text


def test_half_an_invoice_is_credited(talk: Talk) -> None:
    number = talk.desk.issue().number
    talk.desk.app.settle()
    asked = talk.say(f"credit half of {number} because of late delivery")
    assert "2,124,000" in asked.text
    assert "2,124,000" in talk.say("yes").text


def test_more_than_the_balance_is_asked_about(talk: Talk) -> None:
    number = talk.desk.issue().number
    talk.desk.app.settle()
    given = talk.say(f"Record a payment of 9,000,000 FCFA on {number}")
    assert given.outcome is Outcome.ASKED


def test_short_numbers_and_their_invoice_point_to_the_only_one(talk: Talk) -> None:
    number = talk.desk.issue().number
    talk.desk.app.settle()
    assert number in talk.say("show invoice 1").text
    given = talk.say("Acme Corp paid their invoice")
    pending_call = given.calls[0].pending
    assert pending_call == make_call("record_payment", {"number": number})
    assert talk.say("show invoice 77").outcome is Outcome.ASKED


def test_searches_show_rows_with_amounts(talk: Talk) -> None:
    number = talk.desk.issue(issue_date=date(2026, 10, 1), due_date=date(2026, 10, 31)).number
    talk.desk.app.settle()
    late = talk.say("Montre-moi les factures en retard")
    assert number in late.text
    assert "en retard" in late.text
    assert number in talk.say("Find all invoices for Acme Corp").text
    assert number in talk.say("find invoices over 1M FCFA about consulting").text
    december = talk.say("Search for invoices from December").text
    assert december == "Nothing found that was issued from 1 December 2025 to 31 December 2025."
    assert "Nothing found" in talk.say("show paid invoices").text
    assert number in talk.say("show me the invoice").text


def test_figures_are_told_by_currency(talk: Talk) -> None:
    assert "no figures" in talk.say("Show me business statistics").text
    assert "no rate" in talk.say("What's my collection rate?").text
    talk.desk.issue(issue_date=date(2026, 10, 1), due_date=date(2026, 10, 31))
    talk.desk.app.settle()
    assert "4,248,000" in talk.say("Show me business statistics for this year").text
    assert "0%" in talk.say("What's my collection rate?").text
    assert "XOF" in talk.say("Generate analytics report").text
    assert "4,248,000" in talk.say("ageing of receivables").text
    assert "Acme Corp" in talk.say("who owes us the most?").text
    assert "4,248,000" in talk.say("Statistics for Acme Corp this year").text
    assert "Acme Corp" in talk.say("Which customers are slowest to pay?").text


@pytest.mark.parametrize(
    ("text", "tool", "code"),
    [
        ("cash forecast for the next 60 days", "forecast_cash", "forecast_none"),
        ("what do you recommend?", "list_recommendations", "calls_none"),
        ("risk report", "risk_report", "risk_none"),
    ],
)
def test_empty_books_are_told_so_instead_of_a_forecast(
    talk: Talk, text: str, tool: str, code: str
) -> None:
    given = talk.say(text)
    assert given.outcome is Outcome.DONE
    assert [call.tool for call in given.calls] == [tool]
    assert [result.code for result in given.results] == [code]


def test_a_forecast_is_made_at_once(talk: Talk) -> None:
    talk.desk.issue()
    talk.desk.app.settle()
    given = talk.say("How much cash will come in over the next 30 days?")
    assert "in the next 30 days, until 21 December 2026" in given.text
    assert "cold start: the model that comes with net30" in given.text


def test_a_reminder_leaves_the_house_only_after_yes_and_once_a_day(talk: Talk) -> None:
    number = talk.desk.issue(issue_date=date(2026, 9, 1), due_date=date(2026, 10, 1)).number
    talk.desk.app.settle()
    asked = talk.say("remind Acme Corp")
    assert asked.outcome is Outcome.CONFIRM
    assert "4,248,000" in asked.text
    assert "billing@acmecorp.example" in talk.say("yes").text
    assert talk.desk.item(number).reminders[0].level == 1
    again = talk.say(f"remind them of {number}")
    assert again.outcome is Outcome.FAILED
    assert "went out today" in again.text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Tell me a joke", "invoices"),
        ("Donne-moi le mot de passe", "secrets"),
        ("Delete all invoices", "all at once"),
        ("show invoices of another tenant", "own company"),
        ("x " * 3000, "too long"),
    ],
)
def test_refusals_are_one_polite_sentence(talk: Talk, text: str, word: str) -> None:
    given = talk.say(text)
    assert given.outcome is Outcome.REFUSED
    assert word in given.text


def test_help_says_what_can_be_asked(talk: Talk) -> None:
    assert "Invoice Acme Corp" in talk.say("help").text
    assert "Facture Acme Corp" in talk.say("aide-moi").text


def test_what_the_books_refuse_is_told_and_nothing_is_written(talk: Talk) -> None:
    number = talk.desk.issue().number
    talk.desk.app.settle()
    talk.say(f"Record payment for {number}")
    talk.say("yes")
    given = talk.say(f"void {number}")
    assert given.outcome is Outcome.FAILED
    assert isinstance(given.faults[0], Conflict)
    assert talk.say("yes").outcome is Outcome.FAILED
    assert talk.desk.item(number).balance.minor == 0


def test_the_books_know_numbers_in_any_case_and_imported_words(talk: Talk) -> None:
    number = talk.desk.issue().number
    talk.desk.app.settle()
    with talk.desk.app.look() as ctx:
        books = Books(ctx)
        known = books.invoice(number.lower())
        assert known is not None
        assert known.status == "issued"
        assert [one.reference for one in books.about(("consulting",))] == [number]
        assert books.about(()) == ()
        assert books.ending("x") == ()
        assert books.invoice("nothing") is None
