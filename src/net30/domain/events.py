"""Events: what happened, in the past tense; written with the change itself, never altered.

An event carries all that a projection needs (the ledger, the search index), so any copy can be
rebuilt from events alone. `name` is the stored discriminator and never changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from net30.domain.payment import Allocation, TakenBack
from net30.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSaved:
    """A customer was added or changed."""

    name: Literal["CustomerSaved"] = "CustomerSaved"
    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSaved:
    """A draft was made or changed."""

    name: Literal["DraftSaved"] = "DraftSaved"
    invoice_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDeleted:
    """A draft was thrown away; it never had a number."""

    name: Literal["DraftDeleted"] = "DraftDeleted"
    invoice_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceIssued:
    """A document got its number. `amount` is what is due, negative for a credit note.

    `net` and `tax` have the same sign; offers (quotes, pro formas) have no amount due.
    """

    name: Literal["InvoiceIssued"] = "InvoiceIssued"
    invoice_id: str
    number: str
    type_code: str
    customer_id: str
    amount: Money
    net: Money
    tax: Money
    issue_date: date
    due_date: date | None
    is_claim: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceSent:
    """A document was handed to the mail."""

    name: Literal["InvoiceSent"] = "InvoiceSent"
    invoice_id: str
    number: str
    to: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRefused:
    """The mail will not take a document for this address, however often it is tried."""

    name: Literal["MailRefused"] = "MailRefused"
    invoice_id: str
    number: str
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSent:
    """A reminder of an open invoice was handed to the mail.

    One letter may remind of several invoices: the event of the first lists them all in `covers`,
    the events of the others list none. Events written before there were letters list none either.
    `tone` and `channel` are those of the letter's highest dunning step, empty for a reminder by
    hand; `fees` is what it asks for the trouble, `interest_of` the invoices whose interest it
    states, by the law of the country `law` (the seller's when empty).
    """

    name: Literal["ReminderSent"] = "ReminderSent"
    invoice_id: str
    number: str
    to: str
    day: date
    level: int
    covers: tuple[str, ...] = ()
    tone: str = ""
    channel: str = ""
    fees: tuple[Money, ...] = ()
    interest_of: tuple[str, ...] = ()
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditApplied:
    """A credit note settled (part of) an invoice; `voids` when it took the invoice back whole."""

    name: Literal["CreditApplied"] = "CreditApplied"
    invoice_id: str
    credit_note_id: str
    amount: Money
    day: date
    voids: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRecorded:
    """Money came in; `allocations` say what it settled, `discounts` what was given for speed."""

    name: Literal["PaymentRecorded"] = "PaymentRecorded"
    payment_id: str
    customer_id: str
    amount: Money
    day: date
    method: str
    allocations: tuple[Allocation, ...]
    discounts: tuple[Allocation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAllocated:
    """Unapplied cash of an earlier payment was put to open items.

    `discounts` say what was given for speed: the day the money came decides, not this one.
    """

    name: Literal["PaymentAllocated"] = "PaymentAllocated"
    payment_id: str
    customer_id: str
    day: date
    allocations: tuple[Allocation, ...]
    discounts: tuple[Allocation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReturned:
    """The bank gave a payment back: a cheque bounced, a direct debit was returned.

    `taken_back` is all that it had settled, discounts included; the rest of `amount` had been
    unapplied cash.
    """

    name: Literal["PaymentReturned"] = "PaymentReturned"
    payment_id: str
    customer_id: str
    amount: Money
    day: date
    reason: str = ""
    taken_back: tuple[TakenBack, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundMade:
    """Unapplied cash or unused credit was paid back."""

    name: Literal["RefundMade"] = "RefundMade"
    source_id: str
    customer_id: str
    amount: Money
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceWrittenOff:
    """What was open of an invoice was given up."""

    name: Literal["InvoiceWrittenOff"] = "InvoiceWrittenOff"
    invoice_id: str
    amount: Money
    day: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened:
    """The customer contests an invoice."""

    name: Literal["DisputeOpened"] = "DisputeOpened"
    invoice_id: str
    day: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeClosed:
    """A dispute came to its end."""

    name: Literal["DisputeClosed"] = "DisputeClosed"
    invoice_id: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade:
    """The customer promised to pay by `promised`."""

    name: Literal["PromiseMade"] = "PromiseMade"
    invoice_id: str
    day: date
    promised: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNoted:
    """Somebody spoke with the customer about an invoice."""

    name: Literal["CallNoted"] = "CallNoted"
    invoice_id: str
    customer_id: str
    day: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkWithdrawn:
    """What was noted of an invoice that day was taken back: it had been noted by mistake.

    `promised` is the day that a promise which was withdrawn had named.
    """

    name: Literal["MarkWithdrawn"] = "MarkWithdrawn"
    invoice_id: str
    kind: Literal["dispute", "promise", "call"]
    day: date
    promised: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFact:
    """A fact of another system's invoice as the ledger has it (ledger/schema.py)."""

    fact: str
    fact_id: str
    invoice_id: str
    number: str
    customer_id: str
    amount: Money
    day: date
    known_on: date
    net: Money | None = None
    tax: Money | None = None
    issue_date: date | None = None
    due_date: date | None = None
    method: str = ""
    extras: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerImported:
    """Past invoices became facts: those of a file a segment, kept under its SHA-256.

    The few that come at a time from a stream stand in the event itself, and there is no segment.
    """

    name: Literal["LedgerImported"] = "LedgerImported"
    segment: str
    source: str
    rows: int
    open_items: tuple[str, ...] = field(default=())
    facts: tuple[ImportedFact, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsRaised:
    """Rules began to fire, all those of one look at the figures."""

    name: Literal["AlertsRaised"] = "AlertsRaised"
    alerts: tuple[str, ...]
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAcknowledged:
    """Somebody has seen an alert."""

    name: Literal["AlertAcknowledged"] = "AlertAcknowledged"
    alert_id: str
    by: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertClosed:
    """A rule fires no more."""

    name: Literal["AlertClosed"] = "AlertClosed"
    alert_id: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnded:
    """Long work came to its end: done, failed or cancelled."""

    name: Literal["JobEnded"] = "JobEnded"
    job_id: str
    kind: str
    state: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChanged:
    """Somebody, or net30 itself, changed who is told of events: `change` says how."""

    name: Literal["WebhookChanged"] = "WebhookChanged"
    webhook_id: str
    change: Literal["added", "changed", "rotated", "paused", "resumed", "removed", "replayed"]
    url: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSaved:
    """A product was added or changed."""

    name: Literal["ProductSaved"] = "ProductSaved"
    product_id: str
    code: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsSaved:
    """The organisation takes other things for granted: `changed` names the fields."""

    name: Literal["SettingsSaved"] = "SettingsSaved"
    changed: tuple[str, ...]
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleChanged:
    """An invoice that comes back was defined, or is to come back otherwise."""

    name: Literal["ScheduleChanged"] = "ScheduleChanged"
    schedule_id: str
    change: Literal["saved", "paused", "resumed", "skipped"]
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerErased:
    """What the books said of a person was erased; `kept` documents stay as the law demands.

    `contact_only`: of a company that stays a customer, only whom one asks there.
    """

    name: Literal["CustomerErased"] = "CustomerErased"
    customer_id: str
    day: date
    contact_only: bool = False
    kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsErased:
    """The law's time for keeping documents of an erased customer is over: they name nobody now."""

    name: Literal["DocumentsErased"] = "DocumentsErased"
    customer_id: str
    invoices: tuple[str, ...]
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksConnectionChanged:
    """Somebody connected an accounting program, or it lets us in no more: `change` says how.

    `detail` says what was pushed, or why a connection is broken.
    """

    name: Literal["BooksConnectionChanged"] = "BooksConnectionChanged"
    connection_id: str
    change: Literal["asked", "connected", "changed", "broken", "disconnected", "pushed"]
    program: str
    company: str
    day: date
    detail: str = ""


Event = (
    CustomerSaved
    | DraftSaved
    | DraftDeleted
    | InvoiceIssued
    | InvoiceSent
    | MailRefused
    | ReminderSent
    | CreditApplied
    | PaymentRecorded
    | PaymentAllocated
    | PaymentReturned
    | RefundMade
    | InvoiceWrittenOff
    | DisputeOpened
    | DisputeClosed
    | PromiseMade
    | CallNoted
    | MarkWithdrawn
    | LedgerImported
    | AlertsRaised
    | AlertAcknowledged
    | AlertClosed
    | JobEnded
    | WebhookChanged
    | ProductSaved
    | SettingsSaved
    | ScheduleChanged
    | CustomerErased
    | DocumentsErased
    | BooksConnectionChanged
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """An event as stored: its place in the organisation's order, when and by whom.

    `known_on` is the day the fact became known: the recording day in the organisation's zone.
    `digest` is the SHA-256 of all of it as it is stored, for the audit.
    """

    sequence: int
    id: str
    organisation: str
    at: datetime
    known_on: date
    user: str
    event: Event
    digest: str = ""
