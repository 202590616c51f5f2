"""From a draft to a paid, credited, void or written-off invoice, through the use cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.events import PaymentAllocated
from net30.domain.invoice import QUOTE
from net30.domain.open_item import Status, status_of
from net30.domain.payment import Allocation
from net30.domain.terms import EarlyPaymentDiscount, PaymentTerms
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.kernel.money import Money
from net30.services.convert_quote import convert_quote, deposit_for_quote
from net30.services.create_draft import delete_draft
from net30.services.credit_invoice import (
    credit_invoice,
    refund_credit,
    void_invoice,
    write_off_invoice,
)
from net30.services.found import invoice_by_number
from net30.services.issue_invoice import issue_invoice, issue_new_invoice
from net30.services.mark_invoice import close_dispute, note_promise, open_dispute
from net30.services.record_payment import (
    NewPayment,
    allocate_payment,
    record_payment,
    refund_payment,
)
from net30.services.send_invoice import send_invoice
from tests.desk import TODAY, Desk, open_desk


def xof(amount: int) -> Money:
    return Money(amount, "XOF")


def pay(desk: Desk, amount: int, *to: tuple[str, int], day: date | None = None) -> str:
    with desk.app.change() as ctx:
        payment = record_payment(
            ctx,
            NewPayment(
                customer_id=desk.acme.id,
                amount=xof(amount),
                day=day,
                allocations=tuple(Allocation(item, xof(part)) for item, part in to),
            ),
        )
    return payment.id


def test_forty_hours_at_90000_issue_as_number_one_over_4_248_000_due_in_thirty_days(
    desk: Desk,
) -> None:
    invoice = desk.issue()
    assert invoice.number == "INV-2026-000001"
    assert invoice.totals.net == xof(3_600_000)
    assert invoice.totals.due == xof(4_248_000)
    assert invoice.due_date == date(2026, 12, 21)
    assert status_of(desk.item(invoice.number), TODAY) is Status.ISSUED


def test_a_draft_takes_no_number_and_a_deleted_one_leaves_no_gap(desk: Desk) -> None:
    draft = desk.draft()
    with desk.app.change() as ctx:
        delete_draft(ctx, draft.id)
    assert desk.issue().number == "INV-2026-000001"


def test_an_issued_invoice_is_not_issued_again_nor_deleted(desk: Desk) -> None:
    invoice = desk.issue()
    with pytest.raises(Conflict), desk.app.change() as ctx:
        issue_invoice(ctx, invoice.id)
    with pytest.raises(Conflict, match="can change no more"), desk.app.change() as ctx:
        delete_draft(ctx, invoice.id)
    assert desk.issue().number == "INV-2026-000002"


def test_a_failure_after_the_number_was_taken_leaves_no_gap(desk: Desk) -> None:
    draft = desk.draft()

    def issue_and_fail() -> None:
        with desk.app.change() as ctx:
            issue_invoice(ctx, draft.id)
            raise RuntimeError("the power fails")

    with pytest.raises(RuntimeError):
        issue_and_fail()
    assert desk.issue().number == "INV-2026-000001"


def test_a_part_payment_leaves_the_rest_open_and_the_rest_pays_it(desk: Desk) -> None:
    invoice = desk.issue()
    pay(desk, 1_000_000, (invoice.id, 1_000_000))
    item = desk.item(invoice.number)
    assert item.balance == xof(3_248_000)
    assert status_of(item, TODAY) is Status.PARTIALLY_PAID
    pay(desk, 3_248_000, (invoice.id, 3_248_000))
    assert status_of(desk.item(invoice.number), TODAY) is Status.PAID


def test_more_than_is_open_is_refused_and_changes_nothing(desk: Desk) -> None:
    invoice = desk.issue()
    with pytest.raises(Conflict, match="open"):
        pay(desk, 9_000_000, (invoice.id, 9_000_000))
    assert desk.item(invoice.number).balance == xof(4_248_000)


def test_an_overpayment_is_unapplied_cash_that_settles_the_next_invoice_or_goes_back(
    desk: Desk,
) -> None:
    first = desk.issue()
    payment_id = pay(desk, 5_000_000, (first.id, 4_248_000))
    second = desk.issue("100000", "1")
    with desk.app.change() as ctx:
        after = allocate_payment(ctx, payment_id, [Allocation(second.id, xof(118_000))])
        assert after.unapplied == xof(634_000)
        back = refund_payment(ctx, payment_id, xof(634_000))
    assert back.unapplied == xof(0)
    assert status_of(desk.item(second.number), TODAY) is Status.PAID


def test_money_without_an_invoice_settles_the_oldest_due_first(desk: Desk) -> None:
    new = desk.issue("1000", "1", due_date=date(2026, 12, 30))
    old = desk.issue("1000", "1", due_date=date(2026, 12, 1))
    with desk.app.change() as ctx:
        record_payment(ctx, NewPayment(customer_id=desk.acme.id, amount=xof(1_500), spread=True))
    assert desk.item(old.number).balance == xof(0)
    assert desk.item(new.number).balance == xof(860)


def test_money_of_the_future_is_refused(desk: Desk) -> None:
    invoice = desk.issue()
    with pytest.raises(InputError, match="future"):
        pay(desk, 100, (invoice.id, 100), day=date(2026, 11, 22))


def test_paying_early_closes_the_invoice_less_its_discount(desk: Desk) -> None:
    terms = PaymentTerms(30, discount=EarlyPaymentDiscount(Decimal(2), 10))
    invoice = desk.issue("100000", "1", terms=terms)
    desk.clock.day = date(2026, 12, 1)
    pay(desk, 115_640, (invoice.id, 115_640))
    assert status_of(desk.item(invoice.number), desk.clock.day) is Status.PAID


def test_paying_the_discounted_amount_a_day_late_leaves_the_discount_open(desk: Desk) -> None:
    terms = PaymentTerms(30, discount=EarlyPaymentDiscount(Decimal(2), 10))
    invoice = desk.issue("100000", "1", terms=terms)
    desk.clock.day = date(2026, 12, 2)
    pay(desk, 115_640, (invoice.id, 115_640))
    assert desk.item(invoice.number).balance == xof(2_360)


def test_money_in_time_earns_the_discount_though_it_is_allocated_later(desk: Desk) -> None:
    terms = PaymentTerms(30, discount=EarlyPaymentDiscount(Decimal(2), 10))
    invoice = desk.issue("100000", "1", terms=terms)
    payment = pay(desk, 115_640)
    desk.clock.day = date(2026, 12, 15)
    with desk.app.change() as ctx:
        allocate_payment(ctx, payment, [Allocation(invoice.id, xof(115_640))])
        recorded = ctx.tx.events()[-1].event
    assert status_of(desk.item(invoice.number), desk.clock.day) is Status.PAID
    assert isinstance(recorded, PaymentAllocated)
    assert recorded.discounts == (Allocation(invoice.id, xof(2_360)),)


def test_a_credit_note_has_its_own_series_and_names_the_invoice(desk: Desk) -> None:
    invoice = desk.issue()
    with desk.app.change() as ctx:
        note = credit_invoice(ctx, invoice.number, xof(248_000), reason="Geste commercial")
    assert note.number == "CN-2026-000001"
    assert note.preceding[0].number == invoice.number
    assert note.totals.due == xof(248_000)
    assert desk.item(invoice.number).balance == xof(4_000_000)


def test_credit_notes_together_never_exceed_the_invoice(desk: Desk) -> None:
    invoice = desk.issue()
    with desk.app.change() as ctx:
        credit_invoice(ctx, invoice.number, xof(4_000_000))
    with pytest.raises(Conflict, match="can still be credited"), desk.app.change() as ctx:
        credit_invoice(ctx, invoice.number, xof(248_001))
    with desk.app.change() as ctx:
        assert credit_invoice(ctx, invoice.number).totals.due == xof(248_000)
    assert status_of(desk.item(invoice.number), TODAY) is Status.CREDITED


def test_crediting_a_paid_invoice_leaves_credit_that_can_be_refunded(desk: Desk) -> None:
    invoice = desk.issue()
    pay(desk, 4_248_000, (invoice.id, 4_248_000))
    with desk.app.change() as ctx:
        note = credit_invoice(ctx, invoice.number, xof(1_000_000))
    assert desk.item(note.number).balance == xof(-1_000_000)
    with desk.app.change() as ctx:
        refund_credit(ctx, note.number, xof(1_000_000))
    assert desk.item(note.number).balance == xof(0)


def test_voiding_is_a_full_credit_note_on_its_own_date_and_happens_once(desk: Desk) -> None:
    invoice = desk.issue()
    desk.clock.day = date(2026, 11, 25)
    with desk.app.change() as ctx:
        note = void_invoice(ctx, invoice.number, reason="Erreur de client")
    assert note.issue_date == date(2026, 11, 25)
    assert note.totals.due == invoice.totals.due
    assert status_of(desk.item(invoice.number), desk.clock.day) is Status.VOID
    with pytest.raises(Conflict, match="void already"), desk.app.change() as ctx:
        void_invoice(ctx, invoice.number)


def test_a_paid_invoice_is_credited_not_voided(desk: Desk) -> None:
    invoice = desk.issue()
    pay(desk, 1, (invoice.id, 1))
    with pytest.raises(Conflict, match="paid or credited in part"), desk.app.change() as ctx:
        void_invoice(ctx, invoice.number)


def test_writing_off_gives_up_what_is_open(desk: Desk) -> None:
    invoice = desk.issue()
    with desk.app.change() as ctx:
        write_off_invoice(ctx, invoice.number, reason="Liquidation")
    assert status_of(desk.item(invoice.number), TODAY) is Status.WRITTEN_OFF
    with pytest.raises(Conflict), desk.app.change() as ctx:
        write_off_invoice(ctx, invoice.number)


def test_a_quote_claims_nothing_until_it_is_invoiced_less_its_deposit(desk: Desk) -> None:
    quote = desk.issue(type_code=QUOTE)
    assert quote.number == "QUO-2026-000001"
    with pytest.raises(NotFound):
        desk.item(quote.number)
    with desk.app.change() as ctx:
        deposit = deposit_for_quote(ctx, quote.number, Decimal(30), name="Acompte de 30 %")
        deposit = issue_invoice(ctx, deposit.id)
        assert deposit.totals.due == xof(1_274_400)
        final = issue_invoice(ctx, convert_quote(ctx, quote.number).id)
    assert final.totals.due == xof(4_248_000 - 1_274_400)
    assert final.references.sales_order == quote.number


def test_what_was_credited_of_a_deposit_is_charged_on_the_final_invoice(desk: Desk) -> None:
    quote = desk.issue(type_code=QUOTE)
    with desk.app.change() as ctx:
        draft = deposit_for_quote(ctx, quote.number, Decimal(30), name="Acompte de 30 %")
        deposit = issue_invoice(ctx, draft.id)
        credit_invoice(ctx, deposit.number, reason="Acompte annulé")
        final = convert_quote(ctx, quote.number)
    assert final.totals.due == xof(4_248_000)


def test_a_quote_is_invoiced_once_unless_that_invoice_was_voided(desk: Desk) -> None:
    quote = desk.issue(type_code=QUOTE)
    with desk.app.change() as ctx:
        draft = convert_quote(ctx, quote.number)
    with pytest.raises(Conflict, match="invoiced already"), desk.app.change() as ctx:
        convert_quote(ctx, quote.number)
    with desk.app.change() as ctx:
        first = issue_invoice(ctx, draft.id)
    with pytest.raises(Conflict, match=first.number), desk.app.change() as ctx:
        convert_quote(ctx, quote.number)
    with desk.app.change() as ctx:
        void_invoice(ctx, first.number)
    with desk.app.change() as ctx:
        assert convert_quote(ctx, quote.number).totals.due == quote.totals.due


def test_a_dispute_is_opened_once_and_closed_once(desk: Desk) -> None:
    number = desk.issue().number
    with desk.app.change() as ctx:
        assert open_dispute(ctx, number, "Livraison incomplète").is_disputed
    with pytest.raises(Conflict), desk.app.change() as ctx:
        open_dispute(ctx, number, "encore")
    with desk.app.change() as ctx:
        assert not close_dispute(ctx, number).is_disputed
    with pytest.raises(Conflict), desk.app.change() as ctx:
        close_dispute(ctx, number)


def test_a_promise_is_for_a_day_to_come_and_for_what_is_open(desk: Desk) -> None:
    number = desk.issue().number
    with desk.app.change() as ctx:
        item = note_promise(ctx, number, date(2026, 12, 5))
    assert item.promises[0].amount == xof(4_248_000)
    for day, amount in ((date(2026, 11, 20), None), (date(2026, 12, 5), xof(4_248_001))):
        with pytest.raises(InputError), desk.app.change() as ctx:
            note_promise(ctx, number, day, amount)


def test_sending_marks_the_invoice_and_a_draft_is_not_sent(desk: Desk) -> None:
    invoice = desk.issue()
    with desk.app.change() as ctx:
        assert send_invoice(ctx, invoice.number).to == "billing@acmecorp.example"
    assert status_of(desk.item(invoice.number), TODAY) is Status.SENT
    draft = desk.draft()
    with pytest.raises(Conflict, match="draft"), desk.app.change() as ctx:
        send_invoice(ctx, draft.id)
    with pytest.raises(InputError, match="not an e-mail"), desk.app.change() as ctx:
        send_invoice(ctx, invoice.number, "a@b\nBcc: c@d")


def test_an_unknown_number_is_said_to_be_unknown(desk: Desk) -> None:
    with pytest.raises(NotFound, match="INV-9"), desk.app.look() as ctx:
        invoice_by_number(ctx, "INV-9")


def test_an_invoice_that_is_issued_as_it_is_made_is_like_one_that_was_drafted(
    tmp_path: Path,
) -> None:
    desk = open_desk(tmp_path)
    drafted = desk.issue()
    line = NewLine(name="consulting", unit_price=Decimal(90_000), quantity=Decimal(40), unit="HUR")
    with desk.app.change() as ctx:
        made = issue_new_invoice(ctx, NewInvoice(customer_id=desk.acme.id, lines=(line,)))
    assert made.number == "INV-2026-000002"
    assert replace(made, id=drafted.id, number=drafted.number) == drafted
    assert desk.item(made.number).amount == desk.item(drafted.number).amount
    with desk.app.look() as ctx:
        told = [type(recorded.event).__name__ for recorded in ctx.tx.events()]
    assert told[-1] == "InvoiceIssued"
    assert told.count("DraftSaved") == 1
