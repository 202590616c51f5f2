from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Literal

from net30.domain.events import (
    CreditApplied,
    CustomerSaved,
    DisputeClosed,
    DisputeOpened,
    Event,
    InvoiceSent,
    InvoiceWrittenOff,
    MarkWithdrawn,
    PaymentAllocated,
    PaymentRecorded,
    PaymentReturned,
    PromiseMade,
    RecordedEvent,
    RefundMade,
    ReminderSent,
)
from net30.domain.open_item import SettlementKind
from net30.domain.payment import Allocation, TakenBack
from net30.ledger.event_facts import facts_of
from net30.ledger.schema import FACTS
from tests.ledger.books import DAY, issued, xof

LATER = date(2026, 11, 20)


def recorded(*events: Event) -> list[RecordedEvent]:
    return [
        RecordedEvent(
            sequence=at,
            id=f"event{at}",
            organisation="us",
            at=datetime(2026, 11, 20, tzinfo=UTC),
            known_on=LATER,
            user="test",
            event=event,
        )
        for at, event in enumerate(events, 1)
    ]


def rows(*events: Event) -> list[dict[str, Any]]:
    table = facts_of(recorded(*events))
    assert table.schema == FACTS
    return table.to_pylist()


def amounts(*events: Event) -> list[tuple[str, str | None, int]]:
    return [(row["fact"], row["invoice_id"], row["amount"]) for row in rows(*events)]


def test_an_issued_invoice_adds_what_is_due() -> None:
    (row,) = rows(issued("1", 118, net=xof(100), tax=xof(18)))
    assert row == {
        "fact": "invoice",
        "fact_id": "event1.0",
        "invoice_id": "i-1",
        "number": "N-1",
        "customer_id": "acme",
        "currency": "XOF",
        "amount": 118,
        "net": 100,
        "tax": 18,
        "day": DAY,
        "known_on": LATER,
        "issue_date": DAY,
        "due_date": date(2026, 12, 2),
        "source": "net30",
        "sequence": 1,
        "method": None,
        "extras": None,
    }


def test_a_credit_note_takes_away() -> None:
    assert amounts(issued("1", -40)) == [("credit_note", "i-1", -40)]


def test_a_quote_is_no_fact() -> None:
    assert rows(issued("1", 100, type_code="310", is_claim=False)) == []


def test_an_applied_credit_lowers_the_invoice_and_uses_up_the_credit_note() -> None:
    applied = CreditApplied(invoice_id="i-1", credit_note_id="c-1", amount=xof(40), day=DAY)
    assert amounts(applied) == [("credit", "i-1", -40), ("credit", "c-1", 40)]


def test_a_payment_settles_its_invoices_and_the_rest_is_unapplied_cash() -> None:
    payment = PaymentRecorded(
        payment_id="p",
        customer_id="acme",
        amount=xof(100),
        day=DAY,
        method="cash",
        allocations=(Allocation("i-1", xof(58)), Allocation("i-2", xof(30))),
        discounts=(Allocation("i-1", xof(2)),),
    )
    assert amounts(payment) == [
        ("payment", "i-1", -58),
        ("payment", "i-2", -30),
        ("discount", "i-1", -2),
        ("payment", None, -12),
    ]
    assert {row["method"] for row in rows(payment)} == {"cash"}


def test_a_returned_payment_adds_all_of_it_again_on_the_day_of_the_return() -> None:
    pay, discount = SettlementKind.PAYMENT, SettlementKind.DISCOUNT
    returned = PaymentReturned(
        payment_id="p",
        customer_id="acme",
        amount=xof(100),
        day=LATER,
        taken_back=(
            TakenBack("i-1", pay, xof(58), DAY),
            TakenBack("i-1", discount, xof(2), DAY),
            TakenBack("i-2", pay, xof(30), DAY),
        ),
    )
    assert amounts(returned) == [
        ("payment", "i-1", 58),
        ("discount", "i-1", 2),
        ("payment", "i-2", 30),
        ("payment", None, 12),
    ]
    told = rows(returned)
    assert {row["day"] for row in told} == {LATER}
    assert [row["extras"] for row in told] == [[("settled_on", DAY.isoformat())]] * 3 + [None]


def test_what_was_allocated_after_the_return_goes_back_on_its_own_day() -> None:
    part = TakenBack("i-1", SettlementKind.PAYMENT, xof(58), LATER)
    returned = PaymentReturned(
        payment_id="p", customer_id="acme", amount=xof(100), day=DAY, taken_back=(part,)
    )
    told = [(row["invoice_id"], row["amount"], row["day"]) for row in rows(returned)]
    assert told == [("i-1", 58, LATER), (None, -58, LATER), (None, 100, DAY)]


def test_a_payment_wholly_allocated_leaves_no_unapplied_cash() -> None:
    payment = PaymentRecorded(
        payment_id="p",
        customer_id="acme",
        amount=xof(58),
        day=DAY,
        method="cash",
        allocations=(Allocation("i-1", xof(58)),),
    )
    assert amounts(payment) == [("payment", "i-1", -58)]


def test_a_later_allocation_moves_cash_from_unapplied_to_the_invoice() -> None:
    moved = PaymentAllocated(
        payment_id="p", customer_id="acme", day=DAY, allocations=(Allocation("i-1", xof(12)),)
    )
    assert amounts(moved) == [("payment", "i-1", -12), ("payment", None, 12)]


def test_a_refund_gives_back_what_its_source_had_left() -> None:
    refund = RefundMade(source_id="p", customer_id="acme", amount=xof(12), day=DAY)
    assert amounts(refund) == [("refund", "p", 12)]


def test_a_write_off_closes_what_was_open() -> None:
    lost = InvoiceWrittenOff(invoice_id="i-1", amount=xof(70), day=DAY, reason="gone")
    assert amounts(lost) == [("write_off", "i-1", -70)]


def test_marks_and_letters_are_facts_without_an_amount() -> None:
    assert amounts(
        InvoiceSent(invoice_id="i-1", number="N-1", to="a@b.example", day=DAY),
        ReminderSent(invoice_id="i-1", number="N-1", to="a@b.example", day=DAY, level=2),
        DisputeOpened(invoice_id="i-1", day=DAY, reason="late"),
        DisputeClosed(invoice_id="i-1", day=DAY),
        PromiseMade(invoice_id="i-1", day=DAY, promised=LATER, amount=xof(9)),
    ) == [
        (fact, "i-1", 0)
        for fact in ("sent", "reminder", "dispute_opened", "dispute_closed", "promise")
    ]


def test_what_was_noted_by_mistake_is_taken_back_by_a_fact_of_its_own() -> None:
    kinds: tuple[Literal["dispute", "promise", "call"], ...] = ("dispute", "promise", "call")
    events = [MarkWithdrawn(invoice_id="i-1", kind=kind, day=DAY, promised=LATER) for kind in kinds]
    assert amounts(*events) == [("dispute_closed", "i-1", 0), ("promise_withdrawn", "i-1", 0)]
    assert rows(events[1])[0]["extras"] == [("promised_on", "2026-11-20")]


def test_a_promise_and_a_reminder_keep_what_they_say() -> None:
    promise, reminder = rows(
        PromiseMade(invoice_id="i-1", day=DAY, promised=LATER, amount=xof(9)),
        ReminderSent(invoice_id="i-1", number="N-1", to="a@b.example", day=DAY, level=2),
    )
    assert promise["extras"] == [("promised_on", "2026-11-20"), ("promised_minor", "9")]
    assert reminder["extras"] == [("level", "2")]


def test_the_ledger_does_not_know_to_whom_a_letter_went() -> None:
    sent = InvoiceSent(invoice_id="i-1", number="N-1", to="secret@b.example", day=DAY)
    assert "secret" not in str(rows(sent))


def test_a_saved_customer_is_no_fact() -> None:
    assert rows(CustomerSaved(customer_id="acme")) == []


def test_fact_ids_never_repeat() -> None:
    applied = CreditApplied(invoice_id="i-1", credit_note_id="c-1", amount=xof(40), day=DAY)
    ids = [row["fact_id"] for row in rows(issued("1"), applied, issued("2"))]
    assert len(set(ids)) == len(ids) == 4
