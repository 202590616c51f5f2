"""Drafts made by chat: a correction takes the place of what it corrects; the last is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from net30.assistant.answer import Answer
from net30.assistant.ask import ask
from net30.assistant.books import Books
from net30.assistant.calls import make_call
from net30.assistant.drafts import undo
from net30.assistant.intents.correcting import corrects
from net30.assistant.turns import Turn
from net30.domain.customer import Customer
from net30.domain.events import DraftDeleted, DraftSaved, InvoiceIssued
from net30.domain.invoice import Invoice
from net30.domain.party import Address, Party
from net30.services.create_draft import delete_draft
from net30.services.save_customer import save_customer
from tests.desk import TODAY, Desk, open_desk

HOURS = "Invoice Acme Corp for 40 hours of consulting at 90000"


@dataclass
class Talk:
    """A conversation at the desk."""

    desk: Desk
    history: list[Turn] = field(default_factory=list)

    def say(self, *messages: str) -> Answer:
        """Say one thing after the other and return the last answer."""
        for text in messages:
            given = ask(self.desk.app, text, self.history)
            self.history += [Turn("user", text), given.as_turn()]
        return given

    def undo(self) -> Answer:
        given = undo(self.desk.app, self.history, user="cli")
        self.history += [Turn("user", "/undo"), given.as_turn()]
        return given

    def drafts(self) -> list[tuple[str, str]]:
        """The client and the amount due of every draft there is, by client and amount."""
        with self.desk.app.look() as ctx:
            found = [stored.value for stored in ctx.tx.page(Invoice)]
        return sorted((one.customer.name, str(one.totals.due)) for one in found if not one.number)


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    desk = open_desk(tmp_path)
    with desk.app.change() as ctx:
        globex = Party(name="Globex", address=Address(country="CI"))
        save_customer(ctx, Customer(id="", party=globex))
    yield Talk(desk)
    desk.app.close()


@pytest.mark.parametrize(
    ("correction", "due"),
    [
        ("make it 45 hours", "4779000 XOF"),
        ("no, 42 hours", "4460400 XOF"),
        ("change the price to 100000", "4720000 XOF"),
        ("add travel 50000", "4307000 XOF"),
        ("10% discount", "3823200 XOF"),
        ("plutôt 30 heures", "3186000 XOF"),
    ],
)
def test_a_correction_takes_the_place_of_the_draft(talk: Talk, correction: str, due: str) -> None:
    talk.say(HOURS)
    given = talk.say(correction)
    assert talk.drafts() == [("Acme Corp", due)]
    assert "the place of the draft" in given.text or "remplace" in given.text
    assert given.references == given.drafts
    assert len(given.drafts) == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Set up a recurring invoice for Acme Corp: 50000 for hosting", "net30 recurring"),
        ("Facture mensuelle de 50 000 FCFA d'hébergement à Acme Corp", "la page Récurrentes"),
        (HOURS, ""),
    ],
)
def test_who_wants_a_series_is_told_that_this_is_one_invoice(
    talk: Talk, said: str, told: str
) -> None:
    given = talk.say(said)
    assert len(given.drafts) == 1
    assert ("recurring" in given.text) == bool(told)
    assert told in given.text


def test_corrections_of_corrections_leave_one_draft(talk: Talk) -> None:
    talk.say(HOURS, "make it 45 hours", "change the price to 100000", "due in 15 days")
    assert talk.drafts() == [("Acme Corp", "5310000 XOF")]


def test_a_draft_is_still_corrected_after_it_was_asked_to_issue_it(talk: Talk) -> None:
    talk.say(HOURS, "issue it", "make it 45 hours")
    assert talk.drafts() == [("Acme Corp", "4779000 XOF")]


def test_the_same_draft_may_be_for_somebody_else_instead(talk: Talk) -> None:
    talk.say(HOURS, "make it for Globex instead")
    assert talk.drafts() == [("Globex", "4248000 XOF")]


@pytest.mark.parametrize(
    ("message", "other"),
    [
        ("the same for Globex", "Globex"),
        ("and for Globex too", "Globex"),
        ("another one for 10 hours", "Acme Corp"),
        ("Invoice Acme Corp for 5 hours of consulting at 90000", "Acme Corp"),
        ("Invoice Globex for 2 days of training at 150000", "Globex"),
        ("invoice them for 5 hours of training at 80000", "Acme Corp"),
    ],
)
def test_another_invoice_stands_beside_the_draft(talk: Talk, message: str, other: str) -> None:
    talk.say(HOURS)
    given = talk.say(message)
    assert len(talk.drafts()) == 2
    assert ("Acme Corp", "4248000 XOF") in talk.drafts()
    assert other in given.text
    assert "the place of" not in given.text


def test_an_issued_invoice_is_never_replaced(talk: Talk) -> None:
    talk.say(HOURS, "issue it", "yes")
    talk.say("make it 45 hours")
    with talk.desk.app.look() as ctx:
        (issued,) = (s.value for s in ctx.tx.page(Invoice) if s.value.number)
    assert str(issued.totals.due) == "4248000 XOF"


def test_the_new_draft_and_the_end_of_the_old_one_are_one_transaction(talk: Talk) -> None:
    first = talk.say(HOURS).drafts[0]
    second = talk.say("make it 45 hours").drafts[0]
    with talk.desk.app.look() as ctx:
        events = ctx.tx.events()
    told = [one.event for one in events if isinstance(one.event, DraftSaved | DraftDeleted)]
    assert told == [
        DraftSaved(invoice_id=first),
        DraftSaved(invoice_id=second),
        DraftDeleted(invoice_id=first),
    ]
    assert events[-1].at == events[-2].at


@pytest.mark.parametrize(
    "words",
    [
        "undo", "Undo that!", "forget it", "please forget it", "never mind", "scrap that",
        "cancel it", "annule ça", "Oublie ça, s'il te plaît", "laisse tomber", "deshazlo",
        "olvídalo", "esquece isso", "vergiss es bitte", "Rückgängig", "تراجع",
    ],
)  # fmt: skip
def test_words_take_back_exactly_the_draft_of_the_last_answer(talk: Talk, words: str) -> None:
    talk.say("Invoice Globex for 2 days of training at 150000", HOURS)
    given = talk.say(words)
    assert talk.drafts() == [("Globex", "354000 XOF")]
    assert "Acme Corp" in given.text
    assert given.calls == ()


@pytest.mark.parametrize(
    "words",
    [
        "what can you undo?",
        "undo invoice INV-2026-000001",
        "no",
    ],
)
def test_a_message_that_says_more_takes_nothing_back(talk: Talk, words: str) -> None:
    talk.say(HOURS)
    talk.say(words)
    assert ("Acme Corp", "4248000 XOF") in talk.drafts()


def test_forget_it_means_the_draft_only_right_after_it(talk: Talk) -> None:
    talk.say(HOURS, "who owes us the most?")
    assert "nothing was done" in talk.say("forget it").text
    assert len(talk.drafts()) == 1
    talk.say("undo that")
    assert talk.drafts() == []


def test_it_is_said_in_the_language_of_the_answer(talk: Talk) -> None:
    talk.say("Facture Acme Corp 3 jours de conseil à 150000")
    assert "est supprimé" in talk.undo().text
    assert talk.undo().text == "Il n'y a plus rien à annuler."
    talk.say(HOURS)
    assert "is removed" in talk.undo().text
    talk.say(HOURS)
    assert "est supprimé" in talk.say("annule ça").text


def test_a_second_undo_has_nothing_to_do_and_reaches_no_earlier_draft(talk: Talk) -> None:
    talk.say("Invoice Globex for 2 days of training at 150000", HOURS)
    talk.undo()
    assert talk.undo().text == "There is nothing more to undo."
    assert talk.say("undo").text == "There is nothing more to undo."
    assert talk.drafts() == [("Globex", "354000 XOF")]
    assert Talk(talk.desk).undo().text == "There is nothing more to undo."


def test_what_is_issued_stays(talk: Talk) -> None:
    talk.say(HOURS, "issue it", "yes")
    given = talk.undo()
    assert "INV-2026-000001 is issued and stays" in given.text
    with talk.desk.app.look() as ctx:
        names = [type(one.event) for one in ctx.tx.events()]
    assert InvoiceIssued in names
    assert DraftDeleted not in names


def test_a_payment_is_not_undone_and_neither_is_the_draft_before_it(talk: Talk) -> None:
    number = talk.desk.issue().number
    talk.desk.app.settle()
    talk.say(HOURS, f"record a payment of 1000 FCFA on {number}", "yes")
    assert "only drafts can be undone" in talk.undo().text
    assert talk.drafts() == [("Acme Corp", "4248000 XOF")]
    assert talk.desk.item(number).balance.minor == 4_247_000


def test_a_draft_that_somebody_else_deleted_is_not_there_to_undo_or_correct(talk: Talk) -> None:
    draft = talk.say(HOURS).drafts[0]
    with talk.desk.app.change(user="kofi") as ctx:
        delete_draft(ctx, draft)
    assert "nothing more" in talk.undo().text
    assert not talk.say("make it 45 hours").drafts


def test_an_undone_draft_is_forgotten_by_the_words_that_follow(talk: Talk) -> None:
    talk.say(HOURS, "undo")
    assert "Which invoice" in talk.say("issue it").text
    assert talk.drafts() == []


def test_an_answer_with_two_drafts_is_taken_back_whole(talk: Talk) -> None:
    text = f"{HOURS} and invoice Globex for 2 days of training at 150000"
    assert len(talk.say(text).drafts) == 2
    told = talk.undo().text
    assert "Acme Corp" in told
    assert "Globex" in told
    assert talk.drafts() == []


def test_what_is_no_draft_corrects_none(talk: Talk) -> None:
    talk.say(HOURS)
    turns = (*talk.history, Turn("user", "show overdue invoices"))
    with talk.desk.app.look() as ctx:
        books = Books(ctx)
        search = make_call("search_invoices", {})
        assert not corrects(turns, search, books, books.customs(), TODAY)


def test_a_model_that_reads_more_than_we_do_corrects_a_draft_that_shares_a_line(
    talk: Talk,
) -> None:
    talk.say(HOURS)
    assert corrected_by(talk, "a notch more, please", "consulting")
    assert not corrected_by(talk, "a notch more, please", "training")
    assert not corrected_by(talk, "Acme Corp wants a notch more", "consulting")


def corrected_by(talk: Talk, message: str, sold: str) -> bool:
    """Whether a model's call for 45 hours of something corrects the draft."""
    line = {"description": sold, "quantity": "45", "unit": "hour", "unit_price": "90000"}
    call = make_call("create_invoice", {"client": "Acme Corp", "lines": [line]})
    turns = (*talk.history, Turn("user", message))
    with talk.desk.app.look() as ctx:
        books = Books(ctx)
        return corrects(turns, call, books, books.customs(), TODAY)
