"""Payments: money received, allocated to claims, and what is left of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from net30.domain.payment import Allocation, BankReturn, oldest_first
from net30.kernel.errors import Conflict, InputError
from net30.kernel.money import Money
from tests.domain.claims import DAY, claim, payment, settled, xof


@pytest.mark.parametrize("amount", [0, -1])
def test_a_payment_of_nothing_is_no_payment(amount: int) -> None:
    with pytest.raises(InputError) as refusal:
        payment(amount)
    assert refusal.value.code == "payment_amount"
    assert "refund" in refusal.value.hint


def test_what_is_not_allocated_is_unapplied_cash() -> None:
    paid = payment(1000)
    assert paid.unapplied == xof(1000)
    paid = paid.allocate([Allocation("i1", xof(300)), Allocation("i2", xof(200))])
    assert paid.unapplied == xof(500)
    assert paid.allocate([]) == paid


def test_a_payment_is_allocated_to_the_last_franc_and_no_further() -> None:
    spent = payment(1000).allocate([Allocation("i1", xof(1000))])
    assert not spent.unapplied
    for paid, amount in ((payment(1000), 1001), (spent, 1)):
        with pytest.raises(Conflict) as refusal:
            paid.allocate([Allocation("i2", xof(amount))])
        assert refusal.value.code == "more_than_paid"
        assert refusal.value.hint == "allocate less"


def test_two_allocations_that_fit_alone_may_not_exceed_the_payment_together() -> None:
    with pytest.raises(Conflict):
        payment(1000).allocate([Allocation("i1", xof(600)), Allocation("i2", xof(401))])


@pytest.mark.parametrize("amount", [0, -1, -500])
def test_a_negative_allocation_cannot_make_room_for_a_larger_one(amount: int) -> None:
    with pytest.raises(InputError) as refusal:
        payment(1000).allocate(
            [Allocation("i1", xof(amount)), Allocation("i2", xof(1000 - amount))]
        )
    assert refusal.value.code == "allocation_amount"
    assert "above zero" in refusal.value.hint


def test_another_currency_is_not_allocated() -> None:
    with pytest.raises(InputError) as refusal:
        payment().allocate([Allocation("i1", Money(1, "EUR"))])
    assert refusal.value.code == "two_currencies"


def test_unapplied_cash_is_refunded_to_the_last_franc_and_no_further() -> None:
    paid = payment(1000).allocate([Allocation("i1", xof(600))])
    refunded = paid.refund(xof(400))
    assert not refunded.unapplied
    for left, amount in ((paid, 401), (paid, 0), (paid, -1), (refunded, 1)):
        with pytest.raises(Conflict) as refusal:
            left.refund(xof(amount))
        assert refusal.value.code == "more_than_unapplied"
        assert refusal.value.hint == "refund at most that"


def test_the_oldest_due_claims_are_settled_first_as_far_as_the_money_goes() -> None:
    late = claim(300, date(2026, 10, 1), "i3")
    later = claim(500, date(2026, 11, 1), "i1")
    latest = claim(900, date(2026, 12, 1), "i2")
    assert oldest_first(xof(1000), [latest, later, late]) == (
        Allocation("i3", xof(300)),
        Allocation("i1", xof(500)),
        Allocation("i2", xof(200)),
    )


def test_exactly_enough_money_leaves_nothing_over_and_touches_no_further_claim() -> None:
    claims = [claim(300, date(2026, 10, 1), "i1"), claim(500, date(2026, 11, 1), "i2")]
    assert oldest_first(xof(300), claims) == (Allocation("i1", xof(300)),)


def test_claims_without_a_due_date_stand_by_their_issue_date_and_equals_by_number() -> None:
    undated = claim(100, None, "i9")  # issued 1 November
    dated = claim(100, date(2026, 11, 2), "i1")
    same_day = claim(100, date(2026, 11, 2), "i0")
    order = [part.invoice_id for part in oldest_first(xof(300), [dated, same_day, undated])]
    assert order == ["i9", "i0", "i1"]


def test_paid_claims_and_credits_get_nothing() -> None:
    paid = settled(claim(300, identity="i1"), 300)
    assert oldest_first(xof(1000), [paid, claim(-200, identity="c1")]) == ()
    assert oldest_first(xof(1000), []) == ()


def test_a_payment_that_the_bank_gave_back_settles_nothing_and_nothing_is_left() -> None:
    paid = payment(1000).allocate([Allocation("i1", xof(600))])
    gone = paid.give_back(DAY, DAY, "no funds")
    assert (gone.allocations, gone.unapplied) == ((), xof(0))
    assert gone.returned == BankReturn(
        day=DAY, known_on=DAY, reason="no funds", allocations=paid.allocations
    )
    with pytest.raises(Conflict) as refusal:
        gone.give_back(DAY, DAY)
    assert refusal.value.code == "payment_returned"


def test_what_was_partly_refunded_cannot_be_returned_whole() -> None:
    with pytest.raises(Conflict) as refusal:
        payment(1000).refund(xof(1)).give_back(DAY, DAY)
    assert refusal.value.code == "payment_refunded"


@pytest.mark.parametrize(("days", "code"), [(-1, "return_before_payment"), (1, "future_return")])
def test_a_return_is_between_the_day_of_the_payment_and_today(days: int, code: str) -> None:
    with pytest.raises(InputError) as refusal:
        payment(1000).give_back(DAY + timedelta(days), DAY)
    assert refusal.value.code == code
