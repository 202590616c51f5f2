"""Topics: what other programs can be told of, and what one must be allowed to read for it."""

from __future__ import annotations

import re
from functools import cache

from net30.domain import events
from net30.domain.events import Event
from net30.domain.identity.roles import Permission

TEST = "webhook.test"
"""What a test message is about; no event."""

NEEDS: dict[type, Permission] = {
    events.CustomerSaved: Permission.CUSTOMERS_READ,
    events.ProductSaved: Permission.PRODUCTS_READ,
    events.DraftSaved: Permission.INVOICES_READ,
    events.DraftDeleted: Permission.INVOICES_READ,
    events.InvoiceIssued: Permission.INVOICES_READ,
    events.InvoiceSent: Permission.INVOICES_READ,
    events.MailRefused: Permission.INVOICES_READ,
    events.ReminderSent: Permission.COLLECTIONS_READ,
    events.CreditApplied: Permission.INVOICES_READ,
    events.PaymentRecorded: Permission.PAYMENTS_READ,
    events.PaymentAllocated: Permission.PAYMENTS_READ,
    events.PaymentReturned: Permission.PAYMENTS_READ,
    events.RefundMade: Permission.PAYMENTS_READ,
    events.InvoiceWrittenOff: Permission.INVOICES_READ,
    events.DisputeOpened: Permission.COLLECTIONS_READ,
    events.DisputeClosed: Permission.COLLECTIONS_READ,
    events.PromiseMade: Permission.COLLECTIONS_READ,
    events.CallNoted: Permission.COLLECTIONS_READ,
    events.MarkWithdrawn: Permission.COLLECTIONS_READ,
    events.LedgerImported: Permission.INVOICES_READ,
    events.AlertsRaised: Permission.COLLECTIONS_READ,
    events.AlertAcknowledged: Permission.COLLECTIONS_READ,
    events.AlertClosed: Permission.COLLECTIONS_READ,
    events.JobEnded: Permission.JOBS_READ,
    events.ProductSaved: Permission.PRODUCTS_READ,
    events.CustomerErased: Permission.CUSTOMERS_READ,
    events.DocumentsErased: Permission.CUSTOMERS_READ,
}
"""The events that are told; one that is not here is nobody else's business."""

_WORD = re.compile(r"[A-Z][a-z0-9]*")


def topic_of(kind: type[Event]) -> str:
    """Return the topic of a kind of event.

    >>> topic_of(events.InvoiceWrittenOff)
    'invoice.written_off'
    """
    thing, *happened = _WORD.findall(kind.__name__)
    return f"{thing}.{'_'.join(happened)}".lower()


@cache
def topics() -> dict[str, Permission]:
    """Return every topic, and the permission to read what it tells."""
    return {topic_of(kind): needed for kind, needed in NEEDS.items()}
