"""A payment that the bank gives back: what is open again, what it was before, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from net30.domain.dunning import Kept, kept, level_of
from net30.domain.events import PaymentReturned
from net30.domain.open_item import OpenItem, Reminder, Status, status_of
from net30.domain.payment import Allocation, Payment
from net30.domain.terms import EarlyPaymentDiscount, PaymentTerms
from net30.insights.as_of import Period, known_at
from net30.insights.effort import effort
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.kernel.money import Money
from net30.ledger.history_facts import history_of_facts
from net30.ledger.segments import read_ledger
from net30.ports.search import Query
from net30.services.check_books import check_books
from net30.services.company_figures import Asked, figures_of_ledger
from net30.services.context import Context
from net30.services.credit_invoice import credit_invoice, void_invoice
from net30.services.find_invoices import find_invoices
from net30.services.find_payments import find_payments
from net30.services.make_statement import make_statement
from net30.services.mark_invoice import note_promise
from net30.services.record_payment import (
    NewPayment,
    allocate_payment,
    record_payment,
    refund_payment,
)
from net30.services.return_payment import ReturnedPayment, return_payment
from tests.desk import TODAY, Desk

DAY = timedelta(days=1)


def xof(amount: int) -> Money:
    return Money(amount, "XOF")


def pay(desk: Desk, amount: int, *to: tuple[str, int], **more: object) -> str:
    with desk.app.change() as ctx:
        new = NewPayment(
            customer_id=desk.acme.id,
            amount=xof(amount),
            allocations=tuple(Allocation(item, xof(part)) for item, part in to),
            **more,  # type: ignore[arg-type] # its fields
        )
        return record_payment(ctx, new).id


def give_back(desk: Desk, payment: str, day: date | None = None, reason: str = "") -> Payment:
    with desk.app.change() as ctx:
        return return_payment(ctx, ReturnedPayment(payment=payment, day=day, reason=reason))


def figures(desk: Desk, as_of: date) -> dict[str, object]:
    desk.app.settle()
    ledger = read_ledger(desk.app.world.blobs, desk.app.organisation, as_of)
    (one,) = figures_of_ledger(ledger, Asked(as_of=as_of)).currencies
    return dict(one.values)


def test_a_bounced_cheque_opens_its_invoice_again_with_its_old_due_date(desk: Desk) -> None:
    invoice = desk.issue()
    due = invoice.due_date
    assert due
    desk.clock.day = due + DAY
    payment = pay(desk, 4_248_000, (invoice.id, 4_248_000))
    assert status_of(desk.item(invoice.number), desk.clock.day) is Status.PAID
    desk.clock.day = due + 5 * DAY
    gone = give_back(desk, payment, due + 3 * DAY, " no funds ")
    item = desk.item(invoice.number)
    assert (item.balance, item.due_date) == (xof(4_248_000), due)
    assert status_of(item, desk.clock.day) is Status.OVERDUE
    assert gone.returned
    assert (gone.returned.day, gone.returned.known_on) == (due + 3 * DAY, desk.clock.day)
    assert gone.returned.reason == "no funds"
    assert not gone.unapplied


def test_the_rest_of_a_claim_stays_settled_and_the_discount_earned_goes_too(desk: Desk) -> None:
    terms = PaymentTerms(30, discount=EarlyPaymentDiscount(Decimal(2), 10))
    invoice = desk.issue("100000", "1", terms=terms)
    pay(desk, 18_000, (invoice.id, 18_000))
    payment = pay(desk, 97_640, (invoice.id, 97_640))
    assert not desk.item(invoice.number).balance
    give_back(desk, payment)
    item = desk.item(invoice.number)
    assert item.balance == xof(100_000)
    assert status_of(item, TODAY) is Status.PARTIALLY_PAID
    desk.app.settle()
    with desk.app.look() as ctx:
        assert not check_books(ctx).findings


def test_unapplied_cash_goes_too_and_nothing_of_it_can_be_used(desk: Desk) -> None:
    invoice = desk.issue()
    payment = pay(desk, 5_000_000, (invoice.id, 4_000_000))
    give_back(desk, payment)
    changes: tuple[Callable[[Context], object], ...] = (
        lambda ctx: allocate_payment(ctx, payment, [Allocation(invoice.id, xof(1))]),
        lambda ctx: refund_payment(ctx, payment, xof(1)),
        lambda ctx: return_payment(ctx, ReturnedPayment(payment=payment)),
    )
    for change in changes:
        with pytest.raises(Conflict, match="was returned on") as refusal, desk.app.change() as ctx:
            change(ctx)
        assert refusal.value.code == "payment_returned"
    desk.app.settle()
    with desk.app.look() as looked:
        statement = make_statement(looked, "Acme Corp")
        assert not check_books(looked).findings
    (account,) = statement.accounts
    assert (account.balance, account.unapplied) == (xof(4_248_000), xof(0))


def test_all_figures_of_before_the_day_stay_and_after_it_the_invoice_is_open(desk: Desk) -> None:
    invoice = desk.issue()
    desk.clock.day += 10 * DAY
    payment = pay(desk, 5_000_000, (invoice.id, 4_248_000))
    before = {day: figures(desk, day) for day in (TODAY, desk.clock.day, desk.clock.day + DAY)}
    desk.clock.day += 5 * DAY
    bounced = desk.clock.day - 2 * DAY
    give_back(desk, payment, bounced)
    for day, told in before.items():
        assert figures(desk, day) == told, day
    # It became known two days after it happened: the day before that tells nothing of it.
    assert figures(desk, desk.clock.day - DAY)["outstanding"] == xof(-752_000)
    assert figures(desk, desk.clock.day)["outstanding"] == xof(4_248_000)
    assert figures(desk, desk.clock.day)["effort"]["unapplied"] == xof(0)  # type: ignore[index]


def test_what_was_allocated_after_the_day_of_the_return_is_never_open_twice(desk: Desk) -> None:
    invoice = desk.issue("1000", "1")
    payment = pay(desk, 2_000)
    desk.clock.day += 5 * DAY
    with desk.app.change() as ctx:
        allocate_payment(ctx, payment, [Allocation(invoice.id, xof(1_180))])
    desk.clock.day += 5 * DAY
    give_back(desk, payment, TODAY + 2 * DAY)
    desk.app.settle()
    facts = read_ledger(desk.app.world.blobs, desk.app.organisation).to_pylist()
    for count in range(12):
        day = TODAY + count * DAY
        seen = [row for row in facts if row["day"] <= day]
        claim = sum(row["amount"] for row in seen if row["invoice_id"])
        loose = sum(row["amount"] for row in seen if not row["invoice_id"])
        assert (claim, loose) == (1_180, -2_000 if count < 2 else 0), day


def test_an_invoice_is_settled_only_by_the_payment_that_stayed(desk: Desk) -> None:
    invoice = desk.issue()
    give_back(desk, pay(desk, 4_248_000, (invoice.id, 4_248_000)))
    desk.clock.day += 40 * DAY
    desk.app.settle()
    ledger = read_ledger(desk.app.world.blobs, desk.app.organisation)
    assert history_of_facts(ledger, desk.clock.day)["paid_date"].to_pylist() == [None]
    pay(desk, 4_248_000, (invoice.id, 4_248_000))
    desk.app.settle()
    ledger = read_ledger(desk.app.world.blobs, desk.app.organisation)
    history = history_of_facts(ledger, desk.clock.day)
    assert history["paid_date"].to_pylist() == [desk.clock.day]


def test_a_promise_kept_by_a_payment_that_bounced_is_broken_once_its_day_has_passed(
    desk: Desk,
) -> None:
    invoice = desk.issue()
    with desk.app.change() as ctx:
        note_promise(ctx, invoice.number, TODAY + 3 * DAY)
    desk.clock.day += 2 * DAY
    payment = pay(desk, 4_248_000, (invoice.id, 4_248_000))
    (promise,) = desk.item(invoice.number).promises
    desk.clock.day += 10 * DAY
    assert kept(desk.item(invoice.number), promise, desk.clock.day) is Kept.KEPT
    give_back(desk, payment)
    assert kept(desk.item(invoice.number), promise, desk.clock.day) is Kept.BROKEN
    desk.app.settle()
    ledger = read_ledger(desk.app.world.blobs, desk.app.organisation)
    shares = []
    for day in (desk.clock.day - DAY, desk.clock.day):
        with known_at(ledger, day) as known:
            shares.append(effort(known, Period(TODAY, day))["XOF"].promises_kept.value)
    assert shares == [1, 0]


def test_dunning_goes_on_from_where_it_stood(desk: Desk) -> None:
    invoice = desk.issue()
    with desk.app.change() as ctx:
        stored = ctx.tx.load(OpenItem, invoice.id)
        sent = Reminder(day=TODAY, to="billing@acmecorp.example", level=2)
        ctx.tx.save(replace(stored.value, reminders=(sent,)), expected=stored.version)
    give_back(desk, pay(desk, 4_248_000, (invoice.id, 4_248_000)))
    assert level_of(desk.item(invoice.number)) == 2


def test_the_list_of_invoices_shows_it_open_again(desk: Desk) -> None:
    invoice = desk.issue()
    payment = pay(desk, 4_248_000, (invoice.id, 4_248_000))
    give_back(desk, payment)
    desk.app.settle()
    with desk.app.look() as ctx:
        (hit,) = find_invoices(ctx, Query(as_of=ctx.today)).hits
    assert (hit.status, hit.entry.balance) == (Status.ISSUED, 4_248_000)


def test_a_payment_is_found_by_its_invoice_its_customer_and_its_reference(desk: Desk) -> None:
    first, second = desk.issue(), desk.issue()
    payment = pay(desk, 4_248_000, (first.id, 4_248_000), reference="CHQ-7")
    pay(desk, 1_000, (second.id, 1_000), day=TODAY - DAY)
    assert give_back(desk, "CHQ-7").id == payment
    with desk.app.look() as ctx:
        (found,) = find_payments(ctx, invoice=first.number)
        assert (found.payment.id, found.invoices) == (payment, (first.number,))
        assert [one.payment.day for one in find_payments(ctx, customer="Acme Corp")] == [
            TODAY,
            TODAY - DAY,
        ]
        assert len(find_payments(ctx, limit=1)) == 1
        with pytest.raises(InputError, match="cannot be listed"):
            find_payments(ctx, limit=0)


def test_one_event_tells_all_that_was_taken_back(desk: Desk) -> None:
    invoice = desk.issue()
    payment = pay(desk, 4_248_000, (invoice.id, 4_248_000))
    give_back(desk, payment, reason="no funds")
    with desk.app.look() as ctx:
        last = ctx.tx.events()[-1]
    assert isinstance(last.event, PaymentReturned)
    assert (last.event.reason, last.event.amount) == ("no funds", xof(4_248_000))
    (part,) = last.event.taken_back
    assert (part.invoice_id, part.amount, part.settled_on) == (invoice.id, xof(4_248_000), TODAY)


def test_what_cannot_be_returned_is_refused_and_changes_nothing(desk: Desk) -> None:
    invoice = desk.issue()
    payment = pay(desk, 5_000_000, (invoice.id, 4_248_000), reference="twice")
    with pytest.raises(NotFound, match="there is no payment 'p-9'"):
        give_back(desk, "p-9")
    with pytest.raises(NotFound):
        give_back(desk, " ")
    with pytest.raises(InputError, match="when the money came") as refusal:
        give_back(desk, payment, TODAY - DAY)
    assert refusal.value.code == "return_before_payment"
    with pytest.raises(InputError, match="in the future") as refusal:
        give_back(desk, payment, TODAY + DAY)
    assert refusal.value.code == "future_return"
    pay(desk, 1, reference="twice")
    with pytest.raises(Conflict, match="2 payments have the reference"):
        give_back(desk, "twice")
    with desk.app.change() as ctx:
        refund_payment(ctx, payment, xof(752_000))
    with pytest.raises(Conflict, match="was refunded") as conflict:
        give_back(desk, payment)
    assert conflict.value.code == "payment_refunded"
    assert not desk.item(invoice.number).balance


def test_an_invoice_with_a_credit_note_is_not_voided_when_its_payment_bounced(desk: Desk) -> None:
    invoice = desk.issue()
    payment = pay(desk, 4_248_000, (invoice.id, 4_248_000))
    with desk.app.change() as ctx:
        credit_invoice(ctx, invoice.number, xof(118_000))
    give_back(desk, payment)
    with pytest.raises(Conflict, match="credited in part"), desk.app.change() as ctx:
        void_invoice(ctx, invoice.number)
