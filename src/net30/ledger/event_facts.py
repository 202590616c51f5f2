"""Facts of events: what each of our own events means for the ledger, row by row.

A row says only what its event says. Events after the issue do not repeat the customer, the number
or the currency; `segments.read_ledger` takes those from the invoice's own fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import pyarrow as pa

from net30.domain.events import (
    CreditApplied,
    DisputeClosed,
    DisputeOpened,
    Event,
    ImportedFact,
    InvoiceIssued,
    InvoiceSent,
    InvoiceWrittenOff,
    LedgerImported,
    MarkWithdrawn,
    PaymentAllocated,
    PaymentRecorded,
    PaymentReturned,
    PromiseMade,
    RecordedEvent,
    RefundMade,
    ReminderSent,
)
from net30.domain.invoice import CREDIT_NOTE_CODES
from net30.domain.open_item import SettlementKind
from net30.domain.payment import Allocation
from net30.kernel.money import Money
from net30.ledger.schema import FACTS, OWN_SOURCE, SETTLED_ON, Fact

Cell = str | int | date | None | list[tuple[str, str]]
Row = dict[str, Cell]

_DAY_OF_NO_MONEY = {
    InvoiceSent: Fact.SENT,
    ReminderSent: Fact.REMINDER,
    DisputeOpened: Fact.DISPUTE_OPENED,
    DisputeClosed: Fact.DISPUTE_CLOSED,
    PromiseMade: Fact.PROMISE,
}
_WITHDRAWN = {"dispute": Fact.DISPUTE_CLOSED, "promise": Fact.PROMISE_WITHDRAWN}
"""What the ledger says of a mark that was taken back; of calls it says nothing."""


def facts_of(events: Iterable[RecordedEvent]) -> pa.Table:
    """Return the facts of events, in their order; the same events give the same facts for ever."""
    rows = [row for recorded in events for row in _rows_of(recorded)]
    return pa.Table.from_pylist(rows, schema=FACTS)


def _rows_of(recorded: RecordedEvent) -> Iterator[Row]:
    for at, row in enumerate(_rows(recorded.event)):
        yield {
            "amount": 0,
            "fact_id": f"{recorded.id}.{at}",
            "known_on": recorded.known_on,
            "source": OWN_SOURCE,
            "sequence": recorded.sequence,
            **row,
        }


def _rows(event: Event) -> Iterator[Row]:
    match event:
        case InvoiceIssued(is_claim=True):
            yield _claim(event)
        case CreditApplied():
            yield _change(Fact.CREDIT, event.invoice_id, -event.amount, event.day)
            yield _change(Fact.CREDIT, event.credit_note_id, event.amount, event.day)
        case PaymentRecorded():
            yield from _payment(event)
        case PaymentAllocated():
            yield from _allocation(event)
        case PaymentReturned():
            yield from _returned(event)
        case RefundMade():
            # The source is a payment or a credit note: read_ledger knows which ids are invoices.
            row = _change(Fact.REFUND, event.source_id, event.amount, event.day)
            yield row | {"customer_id": event.customer_id}
        case InvoiceWrittenOff():
            yield _change(Fact.WRITE_OFF, event.invoice_id, -event.amount, event.day)
        case InvoiceSent() | ReminderSent() | DisputeOpened() | DisputeClosed() | PromiseMade():
            yield {
                "fact": _DAY_OF_NO_MONEY[type(event)],
                "invoice_id": event.invoice_id,
                "day": event.day,
                "extras": _details(event),
            }
        case MarkWithdrawn() if event.kind in _WITHDRAWN:
            yield {
                "fact": _WITHDRAWN[event.kind],
                "invoice_id": event.invoice_id,
                "day": event.day,
                "extras": _details(event),
            }
        case LedgerImported():
            for one in event.facts:
                yield _imported(one, event.source)
        case _:
            return


def _imported(one: ImportedFact, source: str) -> Row:
    """Return a fact of another system: it keeps its id, its source and since when it is known."""
    return {
        "fact": one.fact,
        "fact_id": one.fact_id,
        "invoice_id": one.invoice_id,
        "number": one.number,
        "customer_id": one.customer_id,
        "currency": one.amount.currency,
        "amount": one.amount.minor,
        "net": None if one.net is None else one.net.minor,
        "tax": None if one.tax is None else one.tax.minor,
        "day": one.day,
        "known_on": one.known_on,
        "issue_date": one.issue_date,
        "due_date": one.due_date,
        "source": source,
        "method": one.method or None,
        "extras": list(one.extras) or None,
    }


def _claim(event: InvoiceIssued) -> Row:
    credit = event.type_code in CREDIT_NOTE_CODES
    return {
        "fact": Fact.CREDIT_NOTE if credit else Fact.INVOICE,
        "invoice_id": event.invoice_id,
        "number": event.number,
        "customer_id": event.customer_id,
        "currency": event.amount.currency,
        "amount": event.amount.minor,
        "net": event.net.minor,
        "tax": event.tax.minor,
        "day": event.issue_date,
        "issue_date": event.issue_date,
        "due_date": event.due_date,
    }


def _payment(event: PaymentRecorded) -> Iterator[Row]:
    about: Row = {"customer_id": event.customer_id, "method": event.method}
    for part in event.allocations:
        yield _change(Fact.PAYMENT, part.invoice_id, -part.amount, event.day) | about
    for part in event.discounts:
        yield _change(Fact.DISCOUNT, part.invoice_id, -part.amount, event.day) | about
    unapplied = event.amount - _sum(event.allocations, event.amount.currency)
    if unapplied:
        yield _change(Fact.PAYMENT, None, -unapplied, event.day) | about


def _allocation(event: PaymentAllocated) -> Iterator[Row]:
    about: Row = {"customer_id": event.customer_id}
    for part in event.allocations:
        yield _change(Fact.PAYMENT, part.invoice_id, -part.amount, event.day) | about
        yield _change(Fact.PAYMENT, None, part.amount, event.day) | about
    for part in event.discounts:
        yield _change(Fact.DISCOUNT, part.invoice_id, -part.amount, event.day) | about


def _returned(event: PaymentReturned) -> Iterator[Row]:
    """Add each part again on the day of the return.

    What was allocated only after that day goes back on its own: no day has an invoice that is
    open for more than it came to.
    """
    about: Row = {"customer_id": event.customer_id}
    loose = event.amount
    for part in event.taken_back:
        day = max(event.day, part.settled_on)
        told: list[tuple[str, str]] = [(SETTLED_ON, part.settled_on.isoformat())]
        fact = Fact(part.kind.value)
        yield _change(fact, part.invoice_id, part.amount, day) | about | {"extras": told}
        if part.kind is not SettlementKind.PAYMENT:
            continue
        if part.settled_on > event.day:
            yield _change(fact, None, -part.amount, day) | about
        else:
            loose -= part.amount
    if loose:
        yield _change(Fact.PAYMENT, None, loose, event.day) | about


def _change(fact: Fact, invoice_id: str | None, amount: Money, day: date) -> Row:
    return {
        "fact": fact,
        "invoice_id": invoice_id,
        "currency": amount.currency,
        "amount": amount.minor,
        "day": day,
    }


def _details(event: Event) -> list[tuple[str, str]] | None:
    match event:
        case ReminderSent():
            return [("level", str(event.level))]
        case PromiseMade():
            return [
                ("promised_on", event.promised.isoformat()),
                ("promised_minor", str(event.amount.minor)),
            ]
        case MarkWithdrawn(promised=date() as day):
            return [("promised_on", day.isoformat())]
        case _:
            return None


def _sum(parts: Sequence[Allocation], currency: str) -> Money:
    return Money.total((part.amount for part in parts), currency)
