"""Bodies: what is written comes back to the last digit, in this version and in later ones."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given, settings

from net30.domain.aggregates import Aggregate
from net30.domain.customer import Customer
from net30.domain.events import (
    AlertAcknowledged,
    AlertClosed,
    AlertsRaised,
    BooksConnectionChanged,
    CallNoted,
    CreditApplied,
    CustomerErased,
    CustomerSaved,
    DisputeClosed,
    DisputeOpened,
    DocumentsErased,
    DraftDeleted,
    DraftSaved,
    Event,
    ImportedFact,
    InvoiceIssued,
    InvoiceSent,
    InvoiceWrittenOff,
    JobEnded,
    LedgerImported,
    MailRefused,
    MarkWithdrawn,
    PaymentAllocated,
    PaymentRecorded,
    PaymentReturned,
    ProductSaved,
    PromiseMade,
    RefundMade,
    ReminderSent,
    ScheduleChanged,
    SettingsSaved,
    WebhookChanged,
)
from net30.domain.invoice import Invoice, SupportingDocument
from net30.domain.open_item import SettlementKind
from net30.domain.payment import Allocation, TakenBack
from net30.kernel.errors import Unavailable
from net30.kernel.money import MINOR_UNITS_MAX, Money
from net30.stored.codec import decode, decode_event, encode
from tests.samples import ACME, TODAY, an_invoice, one_of_each
from tests.strategies import invoices

DUE = Money(4_248_000, "XOF")
EVENTS: tuple[Event, ...] = (
    CustomerSaved(customer_id="c"),
    CustomerErased(customer_id="c", day=TODAY, contact_only=True, kept=3),
    DocumentsErased(customer_id="c", invoices=("i", "j"), day=TODAY),
    ProductSaved(product_id="p", code="CONS", day=TODAY),
    SettingsSaved(changed=("party", "dunning"), day=TODAY),
    ScheduleChanged(schedule_id="s", change="paused", day=TODAY),
    DraftSaved(invoice_id="i"),
    DraftDeleted(invoice_id="i"),
    InvoiceIssued(
        invoice_id="i",
        number="INV-1",
        type_code="380",
        customer_id="c",
        amount=DUE,
        net=DUE,
        tax=DUE,
        issue_date=TODAY,
        due_date=None,
    ),
    InvoiceSent(invoice_id="i", number="INV-1", to="a@example.com", day=TODAY),
    MailRefused(invoice_id="i", number="INV-1", to="a@example.com", reason="no such box"),
    ReminderSent(invoice_id="i", number="INV-1", to="a@example.com", day=TODAY, level=2),
    CreditApplied(invoice_id="i", credit_note_id="k", amount=DUE, day=TODAY),
    PaymentRecorded(
        payment_id="p",
        customer_id="c",
        amount=DUE,
        day=TODAY,
        method="cash",
        allocations=(Allocation("i", DUE),),
    ),
    PaymentAllocated(payment_id="p", customer_id="c", day=TODAY, allocations=()),
    PaymentReturned(
        payment_id="p",
        customer_id="c",
        amount=DUE,
        day=TODAY,
        reason="no funds",
        taken_back=(TakenBack("i", SettlementKind.PAYMENT, DUE, TODAY),),
    ),
    RefundMade(source_id="p", customer_id="c", amount=DUE, day=TODAY),
    InvoiceWrittenOff(invoice_id="i", amount=DUE, day=TODAY, reason="bankrupt"),
    DisputeOpened(invoice_id="i", day=TODAY, reason="too much"),
    DisputeClosed(invoice_id="i", day=TODAY),
    PromiseMade(invoice_id="i", day=TODAY, promised=date(2026, 12, 1), amount=DUE),
    CallNoted(invoice_id="i", customer_id="c", day=TODAY, text="they will pay on Friday"),
    MarkWithdrawn(invoice_id="i", kind="promise", day=TODAY, promised=date(2026, 12, 1)),
    LedgerImported(segment="ab", source="old.csv", rows=7, open_items=("i",)),
    LedgerImported(
        segment="",
        source="stream",
        rows=1,
        facts=(
            ImportedFact(
                fact="invoice",
                fact_id="stream.F1#claim",
                invoice_id="stream.F1",
                number="F1",
                customer_id="stream.c9",
                amount=DUE,
                day=TODAY,
                known_on=TODAY,
                net=DUE,
                extras=(("region", "north"),),
            ),
        ),
    ),
    AlertsRaised(alerts=("a1", "a2"), day=TODAY),
    AlertAcknowledged(alert_id="a1", by="awa", day=TODAY),
    AlertClosed(alert_id="a1", day=TODAY),
    JobEnded(job_id="j1", kind="train", state="done", day=TODAY),
    BooksConnectionChanged(
        connection_id="xero", change="connected", program="xero", company="Lagune", day=TODAY
    ),
    WebhookChanged(webhook_id="w1", change="added", url="https://hooks.example/in", day=TODAY),
)


@settings(max_examples=50)
@given(invoices())
def test_every_invoice_comes_back_to_the_last_digit(invoice: Invoice) -> None:
    assert decode(Invoice, encode(invoice)) == invoice


@pytest.mark.parametrize("aggregate", one_of_each(), ids=lambda one: type(one).__name__)
def test_every_kind_comes_back(aggregate: Aggregate) -> None:
    assert decode(type(aggregate), encode(aggregate)) == aggregate


def test_there_is_an_example_of_every_event() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Event))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_every_event_comes_back(event: Event) -> None:
    assert decode_event(event.name, encode(event)) == event


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_s_stored_name_is_its_class(event: Event) -> None:
    assert event.name == type(event).__name__


@pytest.mark.parametrize("digits", ["40", "40.00", "1E+3", "0.1", "1234567890.123456789012345678"])
def test_a_decimal_keeps_its_digits(digits: str) -> None:
    invoice = an_invoice()
    priced = replace(invoice, lines=(replace(invoice.lines[0], unit_price=Decimal(digits)),))
    assert str(decode(Invoice, encode(priced)).lines[0].unit_price) == digits


def test_the_largest_amount_and_any_bytes_are_kept() -> None:
    invoice = replace(
        an_invoice(),
        totals=replace(an_invoice().totals, due=Money(MINOR_UNITS_MAX, "XOF")),
        supporting=(SupportingDocument(reference="scan", content=bytes(range(256))),),
    )
    assert decode(Invoice, encode(invoice)) == invoice


def test_amounts_are_whole_numbers_and_prices_are_texts() -> None:
    body = json.loads(encode(an_invoice()))
    assert body["totals"]["due"] == {"minor": 4_248_000, "currency": "XOF"}
    assert body["lines"][0]["unit_price"] == "90000"
    assert body["issue_date"] == "2026-11-21"


def test_a_field_that_came_later_takes_its_default() -> None:
    body = json.loads(encode(ACME))
    for field in fields(Customer):
        if field.name not in {"id", "party"}:
            del body[field.name]
    assert decode(Customer, json.dumps(body)) == replace(ACME, external_id="")


def test_a_field_that_is_not_known_is_passed_over() -> None:
    body = json.loads(encode(ACME)) | {"mood": "cheerful"}
    assert decode(Customer, json.dumps(body)) == ACME


@pytest.mark.parametrize("body", ["", "{", "[]", '{"id": 7}', '{"id": "c"}', "null"])
def test_a_damaged_body_is_told_plainly(body: str) -> None:
    with pytest.raises(Unavailable, match="a stored Customer cannot be read") as refused:
        decode(Customer, body)
    assert "backup" in refused.value.hint


def test_an_event_of_an_unknown_name_is_told_plainly() -> None:
    with pytest.raises(Unavailable, match="TaxPaid"):
        decode_event("TaxPaid", "{}")
