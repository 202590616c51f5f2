"""Settling without money: discounts, credits, write-offs, voiding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem, SettlementKind, Status, open_item_of, status_of
from net30.domain.settling import (
    Moment,
    apply_credit,
    discount_on,
    refund_credit,
    take_discount,
    void,
    voided,
    write_off,
)
from net30.domain.terms import EarlyPaymentDiscount
from net30.kernel.errors import Conflict, InputError
from net30.kernel.money import Money
from tests.domain.claims import DAY, claim, payment, settled, xof
from tests.samples import TODAY, an_invoice

NOW = Moment(DAY, DAY)
TWO_TEN = EarlyPaymentDiscount(Decimal(2), 10)
LAST_DAY = TODAY + timedelta(days=10)


def invoice() -> Invoice:
    """Forty hours at 90,000 with 18 %: 4,248,000 due, 2 % less within ten days."""
    return replace(an_invoice("INV-1"), discount=TWO_TEN)


def part_paid(amount: int) -> OpenItem:
    return settled(open_item_of(invoice()), amount)


def test_two_ten_earns_two_per_cent_up_to_the_tenth_day_and_nothing_after() -> None:
    assert discount_on(invoice(), TODAY) == xof(84_960)
    assert discount_on(invoice(), LAST_DAY) == xof(84_960)
    assert discount_on(invoice(), LAST_DAY + timedelta(days=1)) == xof(0)


def test_without_such_terms_nothing_is_earned() -> None:
    assert discount_on(an_invoice(), TODAY) == xof(0)


def test_paying_all_but_the_discount_in_time_closes_the_claim() -> None:
    paid = part_paid(4_248_000 - 84_960)
    closed = take_discount(paid, invoice(), payment(day=LAST_DAY), NOW)
    assert not closed.balance
    last = closed.settlements[-1]
    assert (last.kind, last.amount, last.source_id) == (SettlementKind.DISCOUNT, xof(84_960), "p1")
    assert status_of(closed, DAY) is Status.PAID


def test_a_franc_less_than_that_or_a_day_later_leaves_the_claim_open() -> None:
    short = part_paid(4_248_000 - 84_961)
    assert take_discount(short, invoice(), payment(day=LAST_DAY), NOW) == short
    late = part_paid(4_248_000 - 84_960)
    assert take_discount(late, invoice(), payment(day=LAST_DAY + timedelta(days=1)), NOW) == late


def test_who_pays_more_than_he_had_to_keeps_only_what_is_left() -> None:
    closed = take_discount(part_paid(4_247_999), invoice(), payment(day=TODAY), NOW)
    assert closed.settlements[-1].amount == xof(1)


def test_a_paid_claim_earns_no_discount() -> None:
    paid = part_paid(4_248_000)
    assert take_discount(paid, invoice(), payment(day=TODAY), NOW) == paid


def test_what_was_credited_earns_no_discount() -> None:
    half = settled(open_item_of(invoice()), 2_124_000, SettlementKind.CREDIT, by="c1")
    for left, closes in ((42_480, True), (42_481, False)):
        paid = settled(half, 2_124_000 - left)
        assert (take_discount(paid, invoice(), payment(day=TODAY), NOW) != paid) is closes


def test_a_claim_of_nothing_stays_closed() -> None:
    nothing = replace(invoice(), totals=replace(invoice().totals, due=xof(0)))
    item = open_item_of(nothing)
    assert take_discount(item, nothing, payment(day=TODAY), NOW) == item


def test_a_credit_settles_a_claim_and_both_know_the_other() -> None:
    credit, owed = apply_credit(claim(-500, identity="c1"), claim(1000), xof(300), NOW)
    assert (credit.balance, owed.balance) == (xof(-200), xof(700))
    assert credit.settlements[0].source_id == "i1"
    assert owed.settlements[0].source_id == "c1"


@pytest.mark.parametrize(
    ("amount", "code"),
    [(501, "more_than_open"), (0, "settlement_amount"), (-1, "settlement_amount")],
)
def test_no_more_credit_is_applied_than_there_is(amount: int, code: str) -> None:
    with pytest.raises(InputError) as refusal:
        apply_credit(claim(-500, identity="c1"), claim(1000), xof(amount), NOW)
    assert refusal.value.code == code


def test_no_more_credit_is_applied_than_the_claim_has_open() -> None:
    with pytest.raises(Conflict) as refusal:
        apply_credit(claim(-500, identity="c1"), claim(400), xof(401), NOW)
    assert refusal.value.code == "more_than_open"


def test_only_a_credit_of_the_same_customer_settles_a_claim() -> None:
    elsewhere = replace(claim(-500, identity="c2"), customer_id="zenith")
    pairs = (
        (elsewhere, claim()),
        (claim(identity="i2"), claim()),
        (claim(-500, identity="c1"), claim(-500, identity="c2")),
        (claim(0, identity="c1"), claim()),
        (claim(-500, identity="c1"), claim(0)),
    )
    for credit, owed in pairs:
        with pytest.raises(Conflict) as refusal:
            apply_credit(credit, owed, xof(1), NOW)
        assert refusal.value.code == "not_a_credit"
        assert "same customer" in refusal.value.hint


def test_a_credit_of_another_currency_settles_nothing() -> None:
    euros = replace(claim(-500, identity="c1"), amount=Money(-500, "EUR"))
    with pytest.raises(InputError) as refusal:
        apply_credit(euros, claim(), xof(1), NOW)
    assert refusal.value.code == "two_currencies"


def test_unused_credit_is_paid_back_to_the_last_franc_and_no_further() -> None:
    credit = refund_credit(claim(-500), xof(500), NOW)
    assert not credit.balance
    for item, amount in ((credit, 1), (claim(-500), 501)):
        with pytest.raises(Conflict) as refusal:
            refund_credit(item, xof(amount), NOW)
        assert refusal.value.code == "more_than_open"


@pytest.mark.parametrize("amount", [1000, 0])
def test_an_invoice_is_not_paid_back(amount: int) -> None:
    with pytest.raises(Conflict) as refusal:
        refund_credit(claim(amount), xof(1), NOW)
    assert refusal.value.code == "not_a_credit"
    assert "unapplied cash" in refusal.value.hint


def test_what_is_open_is_written_off_and_the_claim_is_closed() -> None:
    closed = write_off(settled(claim(1000), 999), NOW)
    assert closed.settlements[-1].amount == xof(1)
    assert status_of(closed, DAY) is Status.WRITTEN_OFF


@pytest.mark.parametrize("item", [settled(claim(1000), 1000), claim(-500), claim(0)])
def test_what_nobody_owes_is_not_written_off(item: OpenItem) -> None:
    with pytest.raises(Conflict) as refusal:
        write_off(item, NOW)
    assert refusal.value.code == "nothing_open"
    assert "still owes" in refusal.value.hint


def credit_of(draft: Invoice) -> OpenItem:
    return open_item_of(replace(draft, number="CN-1"))


def test_voiding_credits_the_whole_invoice_on_its_own_date() -> None:
    owed = open_item_of(invoice())
    draft = void(invoice(), owed, credit_id="c1", day=DAY, reason="mistake")
    assert draft.issue_date == DAY
    credit, gone = voided(owed, credit_of(draft), NOW)
    assert (credit.balance, gone.balance) == (xof(0), xof(0))
    assert gone.voided_by == "CN-1"
    assert status_of(gone, DAY) is Status.VOID


def test_what_had_been_prepaid_stays_the_customers_credit_when_an_invoice_is_voided() -> None:
    totals = invoice().totals
    prepaid = xof(1_000_000)
    some = replace(invoice(), totals=replace(totals, prepaid=prepaid, due=totals.due - prepaid))
    owed = open_item_of(some)
    draft = void(some, owed, credit_id="c1", day=DAY, reason="")
    credit, gone = voided(owed, credit_of(draft), NOW)
    assert (credit.balance, gone.balance) == (-prepaid, xof(0))


def test_an_invoice_prepaid_in_full_is_voided_though_nothing_was_open() -> None:
    totals = replace(invoice().totals, prepaid=invoice().totals.due, due=xof(0))
    all_prepaid = replace(invoice(), totals=totals)
    owed = open_item_of(all_prepaid)
    draft = void(all_prepaid, owed, credit_id="c1", day=DAY, reason="")
    credit, gone = voided(owed, credit_of(draft), NOW)
    assert gone.voided_by == "CN-1"
    assert credit.balance == xof(-4_248_000)


@pytest.mark.parametrize(
    ("touched", "code"),
    [(part_paid(1), "not_voidable"), (replace(open_item_of(invoice()), voided_by="CN-1"), "void")],
)
def test_a_paid_or_void_invoice_is_not_voided(touched: OpenItem, code: str) -> None:
    draft = void(invoice(), open_item_of(invoice()), credit_id="c1", day=DAY, reason="")
    for deed in (
        lambda: void(invoice(), touched, credit_id="c1", day=DAY, reason=""),
        lambda: voided(touched, credit_of(draft), NOW),
    ):
        with pytest.raises(Conflict) as refusal:
            deed()
        assert refusal.value.code == code
        assert refusal.value.hint


def test_an_invoice_is_not_voided_before_its_date() -> None:
    with pytest.raises(InputError) as refusal:
        void(invoice(), open_item_of(invoice()), credit_id="c1", day=date(2026, 1, 1), reason="")
    assert refusal.value.code == "credit_date"
