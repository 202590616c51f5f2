"""Settling: how a claim becomes smaller other than by money: discount, credit, write-off, void."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from net30.domain.credit_note import credit_whole, creditable
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem, Settlement, SettlementKind
from net30.domain.payment import Payment, TakenBack
from net30.kernel.decimals import EXACT
from net30.kernel.errors import Conflict
from net30.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Moment:
    """The day on which something counts, and the day since when it has been known."""

    day: date
    known_on: date


def discount_on(invoice: Invoice, day: date) -> Money:
    """Return what the customer may keep when paying on a day (2/10 net 30); zero after the last.

    The percentage is of the amount due. The last day counts: issued on the 1st with ten days, the
    11th still earns it.
    """
    terms = invoice.discount
    if terms is None or day > invoice.issue_date + timedelta(days=terms.days):
        return Money.zero(invoice.currency)
    return invoice.totals.due.times(terms.percent.scaleb(-2, EXACT))


def take_discount(claim: OpenItem, invoice: Invoice, payment: Payment, when: Moment) -> OpenItem:
    """Return the claim, closed by its early-payment discount if a payment left no more than that.

    The day the money came decides, also when it is allocated later (`when`). What was credited
    earns no discount.
    """
    whole = discount_on(invoice, payment.day)
    credited = Money.total(
        (entry.amount for entry in claim.settlements if entry.kind is SettlementKind.CREDIT),
        invoice.currency,
    )
    due = invoice.totals.due
    earned = whole.share(due - credited, due) if due else whole
    if not 0 < claim.balance.minor <= earned.minor:
        return claim
    return claim.settle(_settlement(SettlementKind.DISCOUNT, claim.balance, when, payment.id))


def take_back(claim: OpenItem, payment_id: str) -> tuple[OpenItem, tuple[TakenBack, ...]]:
    """Return a claim, open again by what a returned payment had settled of it, and those parts.

    A discount that the payment had earned goes with it. The due date stays, and so do reminders
    and promises.
    """
    gone = tuple(
        TakenBack(invoice_id=claim.id, kind=entry.kind, amount=entry.amount, settled_on=entry.day)
        for entry in claim.settlements
        if entry.source_id == payment_id
    )
    return claim.unsettle(payment_id), gone


def apply_credit(
    credit: OpenItem, claim: OpenItem, amount: Money, when: Moment
) -> tuple[OpenItem, OpenItem]:
    """Return a credit note and a claim after so much of the credit has settled the claim.

    `amount` is positive. Raises Conflict when the items are not a credit and a claim of one
    customer, or when the amount is more than either has open.
    """
    fits = credit.amount.minor < 0 < claim.amount.minor
    if not fits or credit.customer_id != claim.customer_id:
        raise Conflict(
            f"{credit.number} is no credit that can settle {claim.number}",
            hint="apply a credit note to an invoice of the same customer",
            code="not_a_credit",
        )
    used = credit.settle(_settlement(SettlementKind.CREDIT, -amount, when, claim.id))
    return used, claim.settle(_settlement(SettlementKind.CREDIT, amount, when, credit.id))


def refund_credit(credit: OpenItem, amount: Money, when: Moment) -> OpenItem:
    """Return a credit note after some of its unused credit was paid back; `amount` is positive.

    Raises Conflict for an invoice, or for more than is unused.
    """
    if credit.amount.minor >= 0:
        raise Conflict(
            f"{credit.number} is not a credit note",
            hint="refund a credit note, or the unapplied cash of a payment",
            code="not_a_credit",
        )
    return credit.settle(_settlement(SettlementKind.REFUND, -amount, when, credit.id))


def write_off(claim: OpenItem, when: Moment) -> OpenItem:
    """Return the claim with all that was open given up; raise Conflict when nothing is."""
    if claim.balance.minor <= 0:
        raise Conflict(
            f"nothing is open on {claim.number}",
            hint="only what a customer still owes can be written off",
            code="nothing_open",
        )
    return claim.settle(_settlement(SettlementKind.WRITE_OFF, claim.balance, when, claim.id))


def void(invoice: Invoice, claim: OpenItem, *, credit_id: str, day: date, reason: str) -> Invoice:
    """Return the draft of the full credit note that takes an untouched invoice back.

    Raises Conflict when anything has been paid or credited on it, or when it is void already.
    """
    _check_untouched(claim)
    return credit_whole(invoice, credit_id=credit_id, day=day, reason=reason)


def check_uncredited(invoice: Invoice, credit_notes: Sequence[Invoice]) -> None:
    """Raise Conflict when a credit note reduces an invoice, as voiding it would credit it twice.

    Its claim may look untouched: what had paid it was returned, and the credit was never used.
    """
    if creditable(invoice, credit_notes) != invoice.totals.gross + invoice.totals.rounding:
        raise Conflict(
            f"{invoice.number} has been credited in part",
            hint="credit what is left of it instead",
            code="not_voidable",
        )


def voided(claim: OpenItem, credit: OpenItem, when: Moment) -> tuple[OpenItem, OpenItem]:
    """Return the credit note's item and the claim, settled by it and marked as void.

    What had been prepaid stays the customer's credit. Raises Conflict as `void` does.
    """
    _check_untouched(claim)
    if claim.balance.minor > 0:
        credit, claim = apply_credit(credit, claim, claim.balance, when)
    return credit, replace(claim, voided_by=credit.number)


def _check_untouched(claim: OpenItem) -> None:
    if claim.voided_by:
        raise Conflict(
            f"{claim.number} is void already", hint="nothing is left to be done", code="void"
        )
    if claim.settlements:
        raise Conflict(
            f"{claim.number} has been paid or credited in part",
            hint="credit what is left of it instead",
            code="not_voidable",
        )


def _settlement(kind: SettlementKind, amount: Money, when: Moment, source_id: str) -> Settlement:
    return Settlement(
        kind=kind, amount=amount, day=when.day, known_on=when.known_on, source_id=source_id
    )
