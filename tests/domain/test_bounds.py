from __future__ import annotations

from datetime import date

import pytest

from net30.domain.bounds import (
    DEFAULT_BOUNDS,
    AssistantDay,
    Bound,
    Effect,
    day_of,
    effect_of,
)
from net30.domain.events import (
    CustomerSaved,
    DraftDeleted,
    DraftSaved,
    InvoiceIssued,
    InvoiceSent,
    InvoiceWrittenOff,
    PaymentRecorded,
    RefundMade,
    ReminderSent,
)
from net30.kernel.errors import InputError, LimitExceeded
from net30.kernel.money import Money

DAY = date(2026, 11, 21)
MONEY = Money(5_000, "XOF")


def issued(type_code: str) -> InvoiceIssued:
    return InvoiceIssued(
        invoice_id="i",
        number="N-1",
        type_code=type_code,
        customer_id="c",
        amount=-MONEY if type_code == "381" else MONEY,
        net=MONEY,
        tax=Money(0, "XOF"),
        issue_date=DAY,
        due_date=None,
    )


def test_what_happened_counts_whichever_tool_made_it_happen() -> None:
    paid = PaymentRecorded(
        payment_id="p", customer_id="c", amount=MONEY, day=DAY, method="cash", allocations=()
    )
    reminded = ReminderSent(
        invoice_id="i", number="N-1", to="a@b.example", day=DAY, level=1, covers=("i", "j")
    )
    also = ReminderSent(invoice_id="j", number="N-2", to="a@b.example", day=DAY, level=1)
    sent = InvoiceSent(invoice_id="i", number="N-1", to="a@b.example", day=DAY)
    refund = RefundMade(source_id="p", customer_id="c", amount=MONEY, day=DAY)
    given_up = InvoiceWrittenOff(invoice_id="i", amount=MONEY, day=DAY, reason="")
    assert effect_of(paid) == Effect(Bound.PAYMENTS, MONEY)
    assert effect_of(issued("381")) == Effect(Bound.CREDITS, MONEY)
    assert effect_of(issued("380")) == Effect(Bound.ISSUES)
    assert effect_of(refund) == effect_of(given_up) == Effect(Bound.CREDITS, MONEY)
    assert effect_of(sent) == effect_of(reminded) == Effect(Bound.MAILS)
    assert effect_of(also) is None  # one letter, one mail
    assert effect_of(DraftSaved(invoice_id="i")) == Effect(Bound.DRAFTS)
    assert effect_of(DraftDeleted(invoice_id="i")) == Effect(Bound.DRAFTS)
    assert effect_of(CustomerSaved(customer_id="c")) is None


def test_the_number_of_a_day_is_bounded() -> None:
    bounds = DEFAULT_BOUNDS.with_number(Bound.MAILS, 2)
    day = AssistantDay(id=day_of(DAY)).plus([Effect(Bound.MAILS)] * 2, bounds)
    assert day.tally(Bound.MAILS).number == 2
    with pytest.raises(LimitExceeded, match="2 mails a day, and none is left on 2026-11-21") as far:
        day.plus([Effect(Bound.MAILS)], bounds)
    assert far.value.hint == (
        "do it by hand: net30 invoice send; or raise the bound: net30 bounds --mails NUMBER"
    )
    assert day.plus([Effect(Bound.DRAFTS)], bounds).tally(Bound.DRAFTS).number == 1


def test_the_sum_of_a_day_is_bounded_in_each_currency() -> None:
    bounds = DEFAULT_BOUNDS.with_amount(Money(9_000, "XOF"))
    day = AssistantDay(id=day_of(DAY)).plus([Effect(Bound.PAYMENTS, MONEY)], bounds)
    with pytest.raises(LimitExceeded, match="4000 XOF is left on 2026-11-21") as far:
        day.plus([Effect(Bound.PAYMENTS, MONEY)], bounds)
    assert "net30 bounds --amount XOF=AMOUNT" in far.value.hint
    dollars = day.plus([Effect(Bound.PAYMENTS, Money(100, "USD"))], bounds)
    assert dollars.tally(Bound.PAYMENTS).amount("USD") == Money(100, "USD")
    assert dollars.tally(Bound.PAYMENTS).amount("XOF") == MONEY
    credited = day.plus([Effect(Bound.CREDITS, MONEY)], bounds)  # credits have their own sum
    assert credited.tally(Bound.CREDITS).amount("XOF") == MONEY


def test_a_bound_below_what_was_done_leaves_nothing() -> None:
    day = AssistantDay(id=day_of(DAY)).plus([Effect(Bound.CREDITS, MONEY)], DEFAULT_BOUNDS)
    with pytest.raises(LimitExceeded, match="; 0 XOF is left"):
        day.plus([Effect(Bound.CREDITS, MONEY)], DEFAULT_BOUNDS.with_amount(Money(1, "XOF")))


def test_every_currency_has_a_bound() -> None:
    assert DEFAULT_BOUNDS.amount("XOF") == Money(100_000_000, "XOF")
    assert DEFAULT_BOUNDS.amount("EUR") == Money(15_000_000, "EUR")
    chosen = DEFAULT_BOUNDS.with_amount(Money(1, "EUR")).with_amount(Money(2, "EUR"))
    assert chosen.amount("EUR") == Money(2, "EUR")


@pytest.mark.parametrize("number", [-1, 1_000_001])
def test_a_number_that_bounds_nothing_is_refused(number: int) -> None:
    with pytest.raises(InputError, match="is no bound"):
        DEFAULT_BOUNDS.with_number(Bound.CREDITS, number)


def test_an_amount_below_zero_is_no_bound() -> None:
    with pytest.raises(InputError, match="is no bound"):
        DEFAULT_BOUNDS.with_amount(Money(-1, "XOF"))
