"""What is pushed into an accounting program: each thing once, and what is refused is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from net30.domain.books import TRIES_MAX, BooksLink, LinkKind, link_id
from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import Invoice
from net30.domain.party import Party
from net30.domain.payment import Allocation
from net30.domain.tax import TaxCategory, TaxRate
from net30.domain.terms import EarlyPaymentDiscount, PaymentTerms
from net30.kernel.errors import Forbidden, Unavailable
from net30.kernel.money import Money
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.books.connections import connection_of, disconnect
from net30.services.create_draft import create_draft
from net30.services.credit_invoice import credit_invoice
from net30.services.issue_invoice import issue_invoice
from net30.services.record_payment import (
    NewPayment,
    allocate_payment,
    record_payment,
    refund_payment,
)
from net30.services.return_payment import ReturnedPayment, return_payment
from net30.services.save_customer import save_customer
from tests.books_beside import Beside, connected_to

VAT = TaxRate(TaxCategory.STANDARD, Decimal(20))


def issued(beside: Beside, *prices: str, rate: TaxRate = VAT) -> Invoice:
    """An invoice of ours with a line for each price."""
    lines = tuple(
        NewLine(name="consulting", unit_price=Decimal(price), quantity=Decimal(1), tax=rate)
        for price in prices or ("100",)
    )
    with beside.desk.app.change() as ctx:
        new = NewInvoice(customer_id=beside.desk.acme.id, lines=lines)
        invoice = issue_invoice(ctx, create_draft(ctx, new).id)
    beside.desk.app.settle()
    return invoice


def paid(beside: Beside, *invoices: Invoice, minor: int) -> str:
    """Money of Acme for invoices of ours, so much for each."""
    part = Money(minor, "EUR")
    with beside.desk.app.change() as ctx:
        new = NewPayment(
            customer_id=beside.desk.acme.id,
            amount=Money(minor * len(invoices), "EUR"),
            allocations=tuple(Allocation(one.id, part) for one in invoices),
        )
        return record_payment(ctx, new).id


def documents(beside: Beside) -> list[dict[str, Any]]:
    """The invoices that are there."""
    if beside.name == "xero":
        return [beside.server.shown(one) for one in beside.server.invoices]
    return list(map(beside.server.shown, beside.server.rows["Invoice"]))


def total(row: dict[str, Any]) -> Decimal:
    """What an invoice there comes to."""
    found: Decimal = row["Total"] if "Total" in row else row["TotalAmt"]
    return found


def left(row: dict[str, Any]) -> Decimal:
    """What is open of an invoice there."""
    found: Decimal = row["AmountDue"] if "AmountDue" in row else row["Balance"]
    return found


def test_an_invoice_and_its_payment_are_there_once(beside: Beside) -> None:
    if beside.name == "xero":
        beside.option(payment_account="090")
    invoice = issued(beside, "33.33", "33.33", "0.35")
    paid(beside, invoice, minor=4000)
    report = beside.push()
    assert (report.documents, report.settlements, report.customers) == (1, 1, 1)
    assert report.findings == ()
    (row,) = documents(beside)
    # 67.01 and its tax rounded once, 13.40, though line by line it would be 6.67 + 6.67 + 0.07.
    assert (total(row), left(row)) == (Decimal("80.41"), Decimal("40.41"))
    again = beside.push()
    assert (again.documents, again.settlements, again.customers) == (0, 0, 0)
    assert beside.push(since=date(2026, 1, 1)).documents == 0
    assert len(documents(beside)) == 1


def test_what_was_pushed_is_not_pulled_back(beside: Beside) -> None:
    if beside.name == "xero":
        beside.option(payment_account="090")
    invoice = issued(beside)
    paid(beside, invoice, minor=5000)
    beside.push()
    report = beside.pull()
    assert (report.added, report.payments, report.findings) == (0, 0, ())
    assert beside.item(invoice.number).balance.minor == 7000
    beside.check()


def test_money_that_comes_in_there_settles_our_invoice(beside: Beside) -> None:
    invoice = issued(beside)
    beside.push()
    (row,) = documents(beside)
    beside.desk.clock.day += timedelta(days=2)
    beside.server.now += timedelta(days=2)
    made = beside.server.pay(row.get("InvoiceID", row.get("Id")), "20.00", date(2026, 11, 22))
    assert beside.pull().payments == 1
    assert beside.pull().payments == 0
    assert beside.item(invoice.number).balance.minor == 10000
    assert ("payment", -2000, "2026-11-22", "2026-11-23") in beside.facts(invoice.number)
    assert beside.push().settlements == 0
    beside.server.take_back(made)
    beside.pull()
    assert beside.item(invoice.number).balance.minor == 12000
    beside.check()


def test_a_credit_note_goes_there_with_its_use(beside: Beside) -> None:
    invoice = issued(beside)
    with beside.desk.app.change() as ctx:
        credit_invoice(ctx, invoice.number, reason="agreed")
    report = beside.push()
    assert (report.documents, report.settlements, report.findings) == (2, 1, ())
    assert left(documents(beside)[0]) == 0
    pulled = beside.pull()
    assert (pulled.added, pulled.findings) == (0, ())
    assert beside.push().settlements == 0


def test_a_payment_of_a_pulled_invoice_goes_back_to_it(beside: Beside) -> None:
    if beside.name == "xero":
        beside.option(payment_account="090")
    beside.server.invoice("B-1", beside.server.contact("Acme Corp"), "100.00")
    beside.pull()
    item = beside.item("B-1")
    with beside.desk.app.change() as ctx:
        new = NewPayment(
            customer_id=item.customer_id,
            amount=Money(10000, "EUR"),
            allocations=(Allocation(item.id, Money(10000, "EUR")),),
        )
        payment = record_payment(ctx, new)
    assert beside.push().settlements == 1
    assert left(documents(beside)[0]) == 0
    report = beside.pull()
    assert report.findings == ()
    assert beside.item("B-1").balance.minor == 0
    beside.check()
    with beside.desk.app.change() as ctx:
        return_payment(ctx, ReturnedPayment(payment=payment.id))
    beside.pull(whole=True)
    assert beside.item("B-1").balance.minor == 10000
    beside.check()


def test_one_refusal_stops_nothing_else_and_is_tried_again(beside: Beside) -> None:
    first = issued(beside, "10", rate=TaxRate(TaxCategory.STANDARD, Decimal(7)))
    second = issued(beside, "20")
    paid(beside, first, second, minor=500)
    if beside.name == "xero":
        beside.option(payment_account="090")
    report = beside.push()
    assert (report.documents, report.refused) == (1, 2)
    wanted = {("books_tax", first.number), ("books_waits", first.number)}
    assert {(one.code, one.path) for one in report.findings} == wanted
    assert "tax.7=CODE" in report.findings[0].message
    beside.option(tax__7="OUTPUT" if beside.name == "xero" else "6")
    report = beside.push()
    assert (report.documents, report.settlements, report.refused) == (1, 1, 0)
    assert sorted(left(row) for row in documents(beside)) == [Decimal("5.70"), Decimal("19.00")]


def test_totals_that_would_differ_leave_nothing_there(beside: Beside) -> None:
    issued(beside)
    beside.server.tax_off = Decimal("0.01")
    (fault,) = beside.push().findings
    assert "120.01" in fault.message
    assert [row for row in documents(beside) if row.get("Status") != "DELETED"] == []
    beside.server.tax_off = Decimal(0)
    assert beside.push().documents == 1


def test_a_number_that_is_there_is_taken_over_when_it_is_the_same(beside: Beside) -> None:
    invoice, other = issued(beside), issued(beside)
    acme = beside.server.contact("Acme Corp")
    beside.server.invoice(invoice.number, acme, "120.00", tax="20")
    beside.server.invoice(other.number, acme, "99.00")
    report = beside.push()
    assert (report.documents, report.customers, report.refused) == (1, 1, 1)
    assert len(documents(beside)) == 2
    assert "is there already" in report.findings[0].message


def test_a_crash_after_the_answer_makes_nothing_twice(beside: Beside) -> None:
    if beside.name == "xero":
        beside.option(payment_account="090")
    invoice = issued(beside)
    payment = paid(beside, invoice, minor=100)
    before = beside.connection().pushed_to
    beside.push()
    with beside.work.change() as ctx:  # what was kept of it is lost
        for kind, ours in (
            (LinkKind.DOCUMENT, invoice.id),
            (LinkKind.CUSTOMER, invoice.customer_id),
            (LinkKind.SETTLEMENT, f"{payment}:{invoice.id}"),
        ):
            stored = ctx.tx.load(BooksLink, link_id(beside.name, kind, ours))
            ctx.tx.delete(BooksLink, stored.value.id, expected=stored.version)
        stored_connection = connection_of(ctx, beside.name)
        back = replace(stored_connection.value, pushed_to=before)
        ctx.tx.save(back, expected=stored_connection.version)
    report = beside.push()
    assert (report.documents, report.settlements, report.findings) == (1, 1, ())
    (row,) = documents(beside)
    assert left(row) == Decimal("119.00")


def test_what_cannot_be_pushed_is_said(beside: Beside) -> None:
    if beside.name == "xero":
        beside.option(payment_account="090")
    invoice = issued(beside)
    payment = paid(beside, invoice, minor=100)
    beside.push()
    with beside.desk.app.change() as ctx:
        return_payment(ctx, ReturnedPayment(payment=payment))
    (told,) = beside.push().findings
    assert (told.code, told.path) == ("books_returned_here", invoice.number)
    # Until it is undone there too, it is no new money.
    pulled = beside.pull(whole=True)
    assert pulled.payments == 0
    assert [(one.code, one.path) for one in pulled.findings] == [(told.code, told.path)]
    assert beside.item(invoice.number).balance.minor == 12000


def test_a_refund_is_said_of_who_is_known_there(beside: Beside) -> None:
    for known in (False, True):
        if known:
            issued(beside)
        beside.push()
        with beside.desk.app.change() as ctx:
            new = NewPayment(customer_id=beside.desk.acme.id, amount=Money(500, "EUR"))
            refund_payment(ctx, record_payment(ctx, new).id, Money(200, "EUR"))
        told = [(one.code, one.path) for one in beside.push().findings]
        assert told == ([("books_refunded", "Acme Corp")] if known else [])


def test_quotes_and_what_was_issued_before_stay_here(beside: Beside) -> None:
    early = issued(beside)
    disconnect(beside.work, beside.name)
    again = connected_to(beside.desk, beside.name, beside.server)
    assert again.push().documents == 0
    assert again.push(since=early.issue_date).documents == 1
    assert again.push(since=early.issue_date + timedelta(days=1)).documents == 0


def test_a_customer_that_another_program_made_is_added_by_name(beside: Beside) -> None:
    named = Customer(party=Party(name="Ka\"uri: O'Neil \\ Söhne"), external_id="zoho:7")
    with beside.desk.app.change() as ctx:
        customer = save_customer(ctx, named)
        line = NewLine(name="x", unit_price=Decimal(5), quantity=Decimal(1), tax=VAT)
        for _ in range(2):
            new = NewInvoice(customer_id=customer.id, lines=(line,))
            issue_invoice(ctx, create_draft(ctx, new).id)
    report = beside.push()
    assert (report.documents, report.customers, report.findings) == (2, 1, ())


def test_when_we_are_let_in_no_more_the_push_stops_and_goes_on_later(beside: Beside) -> None:
    invoice = issued(beside)
    beside.server.end_tokens()
    beside.server.refresh = "another"
    with pytest.raises(Forbidden) as refused:
        beside.push()
    assert refused.value.code == "books_access"
    assert beside.connection().state.value == "broken"
    assert invoice.number


def test_a_long_limit_is_not_waited_for(beside: Beside) -> None:
    issued(beside)
    beside.server.busy, beside.server.seconds = 1, 3600
    with pytest.raises(Unavailable) as refused:
        beside.push()
    assert (refused.value.code, refused.value.values["seconds"]) == ("books_limit", 3600)
    connection = beside.connection()
    assert connection.wait_until is not None
    assert connection.busy_until is None
    assert connection.last_push is not None
    assert "3600 seconds" in connection.last_push.fault
    assert beside.push().documents == 1


def with_discount(beside: Beside) -> Invoice:
    """An invoice of 120.00 that may be paid with 2 % less within ten days."""
    line = NewLine(name="x", unit_price=Decimal(100), quantity=Decimal(1), tax=VAT)
    with beside.desk.app.change() as ctx:
        terms = PaymentTerms(30, discount=EarlyPaymentDiscount(Decimal(2), 10))
        new = NewInvoice(customer_id=beside.desk.acme.id, lines=(line,), terms=terms)
        return issue_invoice(ctx, create_draft(ctx, new).id)


def test_a_payment_that_is_tried_again_goes_without_its_discount(xero: Beside) -> None:
    invoice = with_discount(xero)
    paid(xero, invoice, minor=11760)
    report = xero.push()
    # Invoice, payment and discount are of one push: what is to be done by hand is told.
    assert [one.code for one in report.findings] == ["books_account", "books_discount"]
    assert (report.documents, report.refused) == (1, 1)
    xero.option(payment_account="090")
    assert xero.push().settlements == 1
    (row,) = documents(xero)
    assert left(row) == Decimal("2.40")


def test_a_payment_put_to_an_invoice_twice_is_two_there(beside: Beside) -> None:
    if beside.name == "xero":
        beside.option(payment_account="090")
    invoice = issued(beside)
    with beside.desk.app.change() as ctx:
        new = NewPayment(
            customer_id=beside.desk.acme.id,
            amount=Money(9000, "EUR"),
            allocations=(Allocation(invoice.id, Money(3000, "EUR")),),
        )
        payment = record_payment(ctx, new)
    assert beside.push().settlements == 1
    for _ in range(2):
        with beside.desk.app.change() as ctx:
            allocate_payment(ctx, payment.id, [Allocation(invoice.id, Money(3000, "EUR"))])
    assert beside.push().settlements == 2
    (row,) = documents(beside)
    assert left(row) == Decimal("30.00")
    report = beside.pull()
    assert (report.payments, report.findings) == (0, ())
    assert beside.push().settlements == 0


def test_a_payment_taken_back_before_it_was_pushed_stays_here(beside: Beside) -> None:
    payment = paid(beside, issued(beside), minor=100)
    with beside.desk.app.change() as ctx:
        return_payment(ctx, ReturnedPayment(payment=payment))
    report = beside.push()
    assert (report.documents, report.settlements, report.findings) == (1, 0, ())


def test_many_that_were_refused_too_often_keep_no_other_from_being_tried(xero: Beside) -> None:
    invoice = issued(xero, rate=TaxRate(TaxCategory.STANDARD, Decimal(7)))
    xero.push()
    with xero.work.change() as ctx:
        old = ctx.tx.load(BooksLink, link_id("xero", LinkKind.DOCUMENT, invoice.id)).value
        ctx.tx.save_new(
            [
                replace(old, id=f"{old.id[:9]}{at:05}", ours=f"{at:05}", tries=TRIES_MAX)
                for at in range(PAGE_ROWS_MAX)
            ]
        )
    xero.option(tax__7="OUTPUT")
    assert xero.push().documents == 1
