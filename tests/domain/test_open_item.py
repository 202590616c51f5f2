"""Open items: what is still to be paid, and where a claim stands on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from net30.domain.invoice import CREDIT_NOTE, PRO_FORMA, QUOTE
from net30.domain.open_item import (
    Dispute,
    SettlementKind,
    Status,
    days_past_due,
    open_item_of,
    status_of,
)
from net30.kernel.errors import Conflict, InputError
from net30.kernel.money import Money
from tests.domain.claims import DAY, claim, settled, xof
from tests.samples import a_draft, an_invoice

NEXT = DAY + timedelta(days=1)


def test_a_claim_is_open_for_all_of_it_and_then_for_what_is_left() -> None:
    assert claim(1000).balance == xof(1000)
    assert settled(claim(1000), 400).balance == xof(600)
    assert settled(settled(claim(1000), 400), 600).balance == xof(0)


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_than_nothing_settle_no_claim(amount: int) -> None:
    with pytest.raises(InputError) as refusal:
        settled(claim(), amount)
    assert refusal.value.code == "settlement_amount"
    assert refusal.value.hint == "give an amount above zero"


def test_a_claim_is_never_settled_beyond_what_is_open() -> None:
    part_paid = settled(claim(1000), 400)
    with pytest.raises(Conflict, match="601 XOF is more than the 600 XOF open") as refusal:
        settled(part_paid, 601)
    assert refusal.value.code == "more_than_open"
    assert refusal.value.hint == "settle at most 600 XOF"


def test_a_credit_is_used_by_negative_amounts_and_never_beyond_its_own() -> None:
    assert settled(claim(-500), -200).balance == xof(-300)
    for amount, code in ((-501, "more_than_open"), (200, "settlement_amount")):
        with pytest.raises(InputError) as refusal:
            settled(claim(-500), amount)
        assert refusal.value.code == code


def test_a_claim_of_nothing_takes_no_settlement() -> None:
    for amount, code in ((1, "more_than_open"), (-1, "settlement_amount")):
        with pytest.raises(InputError) as refusal:
            settled(claim(0), amount)
        assert refusal.value.code == code


def test_another_currency_settles_nothing() -> None:
    entry = settled(claim(), 1).settlements[0]
    with pytest.raises(InputError) as refusal:
        claim().settle(replace(entry, amount=Money(1, "EUR")))
    assert refusal.value.code == "two_currencies"


def test_a_payment_taken_back_opens_what_it_had_settled() -> None:
    item = settled(settled(claim(1000), 400, by="p1"), 300, by="p2")
    assert item.unsettle("p1").balance == xof(700)
    assert item.unsettle("p9") == item


def test_an_issued_invoice_opens_a_claim_and_a_credit_note_a_negative_one() -> None:
    invoice = an_invoice("INV-1")
    item = open_item_of(invoice)
    assert (item.number, item.amount, item.due_date) == (
        "INV-1",
        invoice.totals.due,
        invoice.due_date,
    )
    assert open_item_of(replace(invoice, type_code=CREDIT_NOTE)).amount == -invoice.totals.due


def test_drafts_and_offers_are_no_claims() -> None:
    offers = [replace(an_invoice("Q-1"), type_code=code) for code in (QUOTE, PRO_FORMA)]
    for document in (a_draft(), *offers):
        with pytest.raises(Conflict) as refusal:
            open_item_of(document)
        assert refusal.value.code == "no_claim"
        assert "issue" in refusal.value.hint


def test_the_due_date_itself_is_not_overdue_and_the_next_day_is() -> None:
    assert status_of(claim(), DAY) is Status.ISSUED
    assert status_of(claim(), NEXT) is Status.OVERDUE
    assert [days_past_due(claim(), day) for day in (date(2026, 1, 1), DAY, NEXT)] == [0, 0, 1]


def test_a_claim_without_a_due_date_is_never_overdue() -> None:
    assert days_past_due(claim(due=None), date(2200, 1, 1)) == 0
    assert status_of(claim(due=None), date(2200, 1, 1)) is Status.ISSUED


def test_a_claim_goes_from_issued_by_sent_and_partly_paid_to_paid() -> None:
    sent = replace(claim(1000), sent_on=DAY)
    assert status_of(sent, DAY) is Status.SENT
    assert status_of(settled(sent, 999), DAY) is Status.PARTIALLY_PAID
    assert status_of(settled(sent, 999), NEXT) is Status.OVERDUE
    assert status_of(settled(sent, 1000), NEXT) is Status.PAID


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ((SettlementKind.CREDIT,), Status.CREDITED),
        ((SettlementKind.WRITE_OFF,), Status.WRITTEN_OFF),
        ((SettlementKind.PAYMENT, SettlementKind.DISCOUNT), Status.PAID),
        ((SettlementKind.PAYMENT, SettlementKind.CREDIT), Status.PAID),
        ((SettlementKind.PAYMENT, SettlementKind.WRITE_OFF), Status.WRITTEN_OFF),
        ((SettlementKind.CREDIT, SettlementKind.WRITE_OFF), Status.WRITTEN_OFF),
    ],
)
def test_a_closed_claim_says_how_it_was_closed(
    kinds: tuple[SettlementKind, ...], status: Status
) -> None:
    item = claim(100 * len(kinds))
    for kind in kinds:
        item = settled(item, 100, kind)
    assert status_of(item, NEXT) is status


def test_a_claim_of_nothing_is_paid_and_a_void_one_void_whatever_the_day() -> None:
    assert status_of(claim(0), NEXT) is Status.PAID
    assert status_of(replace(claim(), voided_by="CN-1"), NEXT) is Status.VOID


def test_unused_credit_is_never_overdue() -> None:
    assert status_of(claim(-500), NEXT) is Status.ISSUED
    assert status_of(settled(claim(-500), -1), NEXT) is Status.PARTIALLY_PAID
    assert status_of(settled(claim(-500), -500, SettlementKind.REFUND), NEXT) is Status.CREDITED


def test_a_claim_is_disputed_until_the_dispute_is_closed() -> None:
    opened = Dispute(opened=DAY, reason="Livraison incomplète")
    assert not claim().is_disputed
    assert replace(claim(), disputes=(opened,)).is_disputed
    assert not replace(claim(), disputes=(replace(opened, closed=NEXT),)).is_disputed
