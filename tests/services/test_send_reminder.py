"""Reminders: one polite letter of what is past due, once a day, to nobody who owes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from net30.domain.customer import Customer
from net30.domain.events import MailRefused, ReminderSent
from net30.domain.invoice import BankAccount, Invoice, PaymentInstructions
from net30.domain.party import Address, Contact, Party
from net30.domain.payment import Allocation
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.language.locales import languages
from net30.ledger.segments import read_ledger
from net30.services.compose_reminder import ATTACHED_MAX
from net30.services.create_organisation import save_organisation
from net30.services.credit_invoice import void_invoice
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.services.mark_invoice import open_dispute
from net30.services.projections import mail
from net30.services.record_payment import NewPayment, record_payment
from net30.services.save_customer import save_customer
from net30.services.send_reminder import DueReminder, due_reminder, send_reminder
from tests.desk import TODAY, Desk

NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


def late(desk: Desk, price: str = "90000", quantity: str = "40", currency: str = "") -> Invoice:
    """An invoice that was due fifty-one days ago."""
    issued, due = date(2026, 9, 1), date(2026, 10, 1)
    return desk.issue(price, quantity, currency=currency, issue_date=issued, due_date=due)


def remind(desk: Desk, number: str = "", customer_id: str = "") -> DueReminder:
    with desk.app.change() as ctx:
        sent = send_reminder(ctx, number=number, customer_id=customer_id)
    assert desk.app.settle().ok
    return sent


def letters(home: Path) -> list[EmailMessage]:
    found = []
    for path in sorted(home.rglob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def text_of(message: EmailMessage) -> str:
    body = message.get_body()
    assert body is not None
    return str(body.get_content()).replace(NBSP, " ").replace(NARROW, " ").replace("\r", "")


def test_one_letter_lists_all_that_is_overdue_with_its_days_and_how_to_pay(
    desk: Desk, tmp_path: Path
) -> None:
    with desk.app.change() as ctx:
        account = BankAccount(account="CI9300", holder="Lagune Conseil")
        paying = PaymentInstructions(accounts=(account,))
        save_organisation(ctx, replace(ctx.company, payment=paying))
    first = late(desk)
    second = desk.issue("1000", "2", issue_date=date(2026, 8, 1), due_date=date(2026, 8, 31))
    desk.issue()  # due in a month: not in the letter
    desk.app.settle()
    sent = remind(desk, customer_id=desk.acme.id)
    assert [item.number for item in sent.items] == [second.number, first.number]
    (letter,) = letters(tmp_path)
    assert letter["To"] == "billing@acmecorp.example"
    assert letter["Subject"] == "Rappel de paiement de Lagune Conseil SARL"
    text = text_of(letter)
    assert f"- {first.number} du 1er septembre 2026 : reste dû 4 248 000 FCFA" in text
    assert "échéance le 1er octobre 2026, jours de retard : 51" in text
    assert f"- {second.number} du 1er août 2026 : reste dû 2 360 FCFA" in text
    assert "Total dû : 4 250 360 FCFA" in text
    assert "Vous pouvez régler ainsi :" in text
    assert "  Compte : CI9300\n" in text
    names = [part.get_filename() for part in letter.iter_attachments()]
    assert names == [f"{second.number}.pdf", f"{first.number}.pdf"]


def test_a_reminder_is_an_event_of_each_invoice_and_a_fact_of_the_ledger(desk: Desk) -> None:
    first, second = late(desk), late(desk)
    remind(desk, customer_id=desk.acme.id)
    with desk.app.look() as ctx:
        events = [one.event for one in ctx.tx.events() if isinstance(one.event, ReminderSent)]
        facts = read_ledger(ctx.blobs, ctx.organisation)["fact"].to_pylist()
    assert [event.number for event in events] == [first.number, second.number]
    assert [event.covers for event in events] == [(first.id, second.id), ()]
    assert [event.level for event in events] == [1, 1]
    assert facts.count("reminder") == 2
    assert desk.item(first.number).reminders[0].to == "billing@acmecorp.example"


def test_nobody_is_reminded_twice_a_day_and_the_next_day_is_level_two(desk: Desk) -> None:
    number = late(desk).number
    remind(desk, number)
    for target, customer in ((number, ""), ("", desk.acme.id)):
        with pytest.raises(Conflict) as caught, desk.app.change() as ctx:
            send_reminder(ctx, number=target, customer_id=customer)
        assert caught.value.code == "reminded_today"
    desk.clock.day = TODAY + timedelta(days=1)
    remind(desk, number)
    assert [one.level for one in desk.item(number).reminders] == [1, 2]


def test_of_several_invoices_only_those_not_reminded_of_today_are_in_the_letter(
    desk: Desk,
) -> None:
    first, second = late(desk), late(desk)
    remind(desk, first.number)
    assert [item.number for item in remind(desk, customer_id=desk.acme.id).items] == [second.number]


@pytest.mark.parametrize("state", ["paid", "void", "disputed", "due today", "no due date"])
def test_what_is_not_open_undisputed_and_overdue_is_refused(desk: Desk, state: str) -> None:
    due = TODAY if state == "due today" else date(2026, 10, 1)
    invoice = desk.issue(issue_date=date(2026, 9, 1), due_date=due)
    number, code = invoice.number, {"paid": "nothing_open", "due today": "not_overdue"}
    with desk.app.change() as ctx:
        if state == "paid":
            whole = (Allocation(invoice.id, invoice.totals.due),)
            new = NewPayment(customer_id=desk.acme.id, amount=invoice.totals.due, allocations=whole)
            record_payment(ctx, new)
        elif state == "void":
            void_invoice(ctx, number)
        elif state == "disputed":
            open_dispute(ctx, number, "the hours are wrong")
        elif state == "no due date":
            content = b"invoice_id,customer_id,issue_date,due_date,amount,currency\n"
            import_ledger(ctx, LedgerFile(content=content + b"F1,c1,2026-01-05,,70,XOF\n"))
            number = "F1"
    with pytest.raises(Conflict) as caught, desk.app.change() as ctx:
        send_reminder(ctx, number=number)
    assert caught.value.code == code.get(state, "not_overdue" if "due" in state else state)
    assert desk.item(number).reminders == ()


def test_a_customer_without_anything_overdue_is_refused(desk: Desk) -> None:
    desk.issue()
    with desk.app.look() as ctx:
        with pytest.raises(Conflict, match="Acme Corp has no overdue invoice"):
            due_reminder(ctx, customer_id=desk.acme.id)
        with pytest.raises(NotFound):
            due_reminder(ctx, number="INV-2026-000099")
        with pytest.raises(InputError, match="of an invoice or to a customer"):
            due_reminder(ctx)


def test_a_customer_whose_overdue_invoices_are_all_disputed_is_refused(desk: Desk) -> None:
    number = late(desk).number
    with desk.app.change() as ctx:
        open_dispute(ctx, number, "wrong")
    with desk.app.look() as ctx, pytest.raises(Conflict, match="disputed"):
        due_reminder(ctx, customer_id=desk.acme.id)


@pytest.mark.parametrize(("email", "code"), [("", "no_address"), ("not an address", "address")])
def test_without_a_usable_address_nothing_is_sent(desk: Desk, email: str, code: str) -> None:
    number = late(desk).number
    with desk.app.change() as ctx:
        party = replace(desk.acme.party, contact=Contact(email=email))
        save_customer(ctx, replace(desk.acme, party=party))
    with pytest.raises(InputError) as caught, desk.app.change() as ctx:
        send_reminder(ctx, number=number)
    assert caught.value.code == code


def test_currencies_are_totalled_side_by_side_and_francs_have_no_decimals(
    desk: Desk, tmp_path: Path
) -> None:
    with desk.app.change() as ctx:
        save_customer(ctx, replace(desk.acme, language="en"))
    late(desk, "90000", "1")
    late(desk, "12.345", "1", currency="TND")
    desk.app.settle()
    remind(desk, customer_id=desk.acme.id)
    text = text_of(letters(tmp_path)[0])
    assert "Total open: 14.567 TND · 106,200 FCFA" in text


def test_what_was_paid_before_the_mail_went_out_is_not_reminded_of(
    desk: Desk, tmp_path: Path
) -> None:
    invoice = late(desk)
    desk.app.settle()
    with desk.app.change() as ctx:
        send_reminder(ctx, number=invoice.number)
        whole = (Allocation(invoice.id, invoice.totals.due),)
        new = NewPayment(customer_id=desk.acme.id, amount=invoice.totals.due, allocations=whole)
        record_payment(ctx, new)
    assert desk.app.settle().ok
    assert letters(tmp_path) == []


def test_an_imported_invoice_is_reminded_of_without_a_file(desk: Desk, tmp_path: Path) -> None:
    with desk.app.change() as ctx:
        content = b"invoice_id,customer_id,issue_date,due_date,amount,currency\n"
        import_ledger(ctx, LedgerFile(content=content + b"F2,c1,2026-01-05,2026-02-04,70,EUR\n"))
        party = Party(
            name="c1", address=Address(country="FR"), contact=Contact(email="c1@c1.example")
        )
        known = ctx.tx.load(Customer, "import.c1").value
        save_customer(ctx, replace(known, party=party))
    desk.app.settle()
    remind(desk, "F2")
    (letter,) = letters(tmp_path)
    assert list(letter.iter_attachments()) == []
    assert "70,00 €" in text_of(letter)


def test_a_long_list_goes_without_files(desk: Desk, tmp_path: Path) -> None:
    for _ in range(ATTACHED_MAX + 1):
        late(desk, "10", "1")
    desk.app.settle()
    remind(desk, customer_id=desk.acme.id)
    assert list(letters(tmp_path)[0].iter_attachments()) == []


def test_a_letter_does_not_wait_for_files_that_are_not_written_yet(
    desk: Desk, tmp_path: Path
) -> None:
    number = late(desk).number
    with desk.app.change() as ctx:
        send_reminder(ctx, number=number)
    with desk.app.look() as ctx:
        events = [one for one in ctx.tx.events() if isinstance(one.event, ReminderSent)]
    mail.apply(desk.app.world, desk.app.organisation, events)
    assert list(letters(tmp_path)[0].iter_attachments()) == []


def test_a_lost_file_holds_up_no_letter(desk: Desk, tmp_path: Path) -> None:
    number = late(desk).number
    desk.app.settle()
    for path in tmp_path.rglob("*.pdf"):
        path.unlink()
    remind(desk, number)
    assert list(letters(tmp_path)[0].iter_attachments()) == []


def test_a_reminder_that_the_mail_will_never_take_is_written_down(desk: Desk) -> None:
    number = late(desk).number
    with desk.app.change() as ctx:
        party = replace(ctx.company.party, contact=Contact(email="not an address"))
        save_organisation(ctx, replace(ctx.company, party=party))
    remind(desk, number)
    with desk.app.look() as ctx:
        assert any(isinstance(one.event, MailRefused) for one in ctx.tx.events())


@pytest.mark.parametrize("language", languages())
def test_a_letter_is_in_the_customers_language(desk: Desk, tmp_path: Path, language: str) -> None:
    with desk.app.change() as ctx:
        save_customer(ctx, replace(desk.acme, language=language))
    number = late(desk, "90000", "1").number
    desk.app.settle()
    remind(desk, number)
    (letter,) = letters(tmp_path)
    assert number in str(letter["Subject"])
    text = text_of(letter)
    assert "51" in text
    assert "{" not in text
