"""Open item: what is still to be paid of an issued invoice or used of a credit note.

The document itself never changes; what happens to the claim is added here, one settlement
after the other. Amounts of credit notes are negative, so an organisation's open items add up to
its receivables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from net30.domain.invoice import Invoice
from net30.kernel.errors import Conflict, InputError
from net30.kernel.money import Money


class SettlementKind(StrEnum):
    """What reduced a claim."""

    PAYMENT = "payment"
    CREDIT = "credit"
    DISCOUNT = "discount"
    WRITE_OFF = "write_off"
    REFUND = "refund"


class Status(StrEnum):
    """Where a document stands on a given day."""

    DRAFT = "draft"
    ISSUED = "issued"
    SENT = "sent"
    PARTIALLY_PAID = "partially_paid"
    OVERDUE = "overdue"
    PAID = "paid"
    CREDITED = "credited"
    WRITTEN_OFF = "written_off"
    VOID = "void"


OPEN_STATUSES = frozenset({Status.ISSUED, Status.SENT, Status.PARTIALLY_PAID, Status.OVERDUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """One reduction of a claim: how, how much, on which day, known since when, from what.

    `amount` has the sign of the item it settles. `source_id` is the payment or credit note.
    """

    kind: SettlementKind
    amount: Money
    day: date
    known_on: date
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """The customer contests the invoice since `opened`; dunning stops until `closed`."""

    opened: date
    reason: str
    closed: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseToPay:
    """The customer committed on `made` to pay `amount` by `day`."""

    made: date
    day: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """The customer was reminded on `day` at `to` (an address, or how it went); levels from 1."""

    day: date
    to: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNote:
    """What was said to or by the customer about the claim on a day, and who noted it."""

    day: date
    text: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """One claim (or credit, negative) and everything that settled it; `id` is the invoice's."""

    id: str
    number: str
    type_code: str
    customer_id: str
    amount: Money
    issue_date: date
    due_date: date | None = None
    settlements: tuple[Settlement, ...] = ()
    sent_on: date | None = None
    voided_by: str = ""
    disputes: tuple[Dispute, ...] = ()
    promises: tuple[PromiseToPay, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    calls: tuple[CallNote, ...] = ()
    imported: bool = False
    external_id: str = ""

    @property
    def settled(self) -> Money:
        """Return what has been settled so far."""
        return Money.total((entry.amount for entry in self.settlements), self.amount.currency)

    @property
    def balance(self) -> Money:
        """Return what is still open; negative for unused credit."""
        return self.amount - self.settled

    @property
    def is_disputed(self) -> bool:
        """Tell whether the customer contests it now."""
        return any(dispute.closed is None for dispute in self.disputes)

    def settle(self, settlement: Settlement) -> OpenItem:
        """Return the item with one more settlement.

        Raises InputError for an amount of nothing or of the wrong sign, Conflict when the
        settlement is more than what is open.
        """
        sign = 1 if self.amount.minor >= 0 else -1
        if settlement.amount.minor * sign <= 0:
            raise InputError(
                f"{settlement.amount} settles nothing of {self.number}",
                hint="give an amount above zero",
                code="settlement_amount",
            )
        if abs(settlement.amount) > abs(self.balance):
            raise Conflict(
                f"{abs(settlement.amount)} is more than the {abs(self.balance)} open on "
                f"{self.number}",
                hint=f"settle at most {abs(self.balance)}",
                code="more_than_open",
                values={"amount": abs(settlement.amount), "open": abs(self.balance)},
            )
        return replace(self, settlements=(*self.settlements, settlement))

    def unsettle(self, source_id: str) -> OpenItem:
        """Return the item without the settlements that came from a payment or credit note."""
        kept = tuple(entry for entry in self.settlements if entry.source_id != source_id)
        return replace(self, settlements=kept)


def open_item_of(invoice: Invoice) -> OpenItem:
    """Return the claim that an issued invoice or credit note opens."""
    if not invoice.is_issued or not invoice.is_claim:
        raise Conflict(
            "a draft or an offer is no claim", hint="issue it as an invoice first", code="no_claim"
        )
    due = invoice.totals.due
    return OpenItem(
        id=invoice.id,
        number=invoice.number,
        type_code=invoice.type_code,
        customer_id=invoice.customer_id,
        amount=-due if invoice.is_credit_note else due,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
    )


def status_of(item: OpenItem, as_of: date) -> Status:
    """Return where the claim, as it is now, stands on a day.

    A claim due that very day is not overdue. One that was closed in several ways is written off
    before it is paid, and paid before it is credited.
    """
    if item.voided_by:
        return Status.VOID
    if not item.balance:
        return _how_closed(item)
    if item.balance.minor > 0 and days_past_due(item, as_of) > 0:
        return Status.OVERDUE
    if item.settlements:
        return Status.PARTIALLY_PAID
    return Status.SENT if item.sent_on else Status.ISSUED


def days_past_due(item: OpenItem, as_of: date) -> int:
    """Return the days since the due date, at least 0; 0 without a due date."""
    return max(0, (as_of - item.due_date).days) if item.due_date else 0


def _how_closed(item: OpenItem) -> Status:
    kinds = {entry.kind for entry in item.settlements}
    if SettlementKind.WRITE_OFF in kinds:
        return Status.WRITTEN_OFF  # even after part-payment: some of it never came
    if SettlementKind.PAYMENT in kinds or not kinds:
        return Status.PAID
    return Status.CREDITED
