"""Aggregates: what is stored as one piece, and by which keys it is found.

The list is short on purpose: a document database with single-partition transactions can keep it.
"""

from __future__ import annotations

from enum import StrEnum

from net30.domain.alert import Alert
from net30.domain.books import BooksConnection, BooksLink, LinkState, theirs_key
from net30.domain.bounds import AssistantDay
from net30.domain.conversation import Conversation
from net30.domain.customer import Customer, fold
from net30.domain.delivery import Delivery, DeliveryState
from net30.domain.invoice import Invoice
from net30.domain.job import BACKUP, Job, JobState
from net30.domain.open_item import OpenItem
from net30.domain.organisation import Organisation
from net30.domain.payment import Payment
from net30.domain.product import Product
from net30.domain.received import ReceivedInvoice
from net30.domain.rendering import Rendering
from net30.domain.schedule import Occurrence, Schedule
from net30.domain.signing_key import SigningKey
from net30.domain.stream_position import StreamPosition
from net30.domain.webhook import Webhook
from net30.domain.workplace import Workplace

Aggregate = (
    Organisation
    | Customer
    | Invoice
    | OpenItem
    | Payment
    | Product
    | Schedule
    | Occurrence
    | Rendering
    | ReceivedInvoice
    | SigningKey
    | AssistantDay
    | Conversation
    | Alert
    | Job
    | Webhook
    | Delivery
    | Workplace
    | StreamPosition
    | BooksConnection
    | BooksLink
)

KINDS: dict[str, type[Aggregate]] = {
    "organisation": Organisation,
    "customer": Customer,
    "invoice": Invoice,
    "open_item": OpenItem,
    "payment": Payment,
    "product": Product,
    "schedule": Schedule,
    "occurrence": Occurrence,
    "rendering": Rendering,
    "received": ReceivedInvoice,
    "signing_key": SigningKey,
    "assistant_day": AssistantDay,
    "conversation": Conversation,
    "alert": Alert,
    "job": Job,
    "webhook": Webhook,
    "delivery": Delivery,
    "workplace": Workplace,
    "stream_position": StreamPosition,
    "books_connection": BooksConnection,
    "books_link": BooksLink,
}
"""The stored name of each kind; never changed once written."""


class Key(StrEnum):
    """What aggregates can be looked up by, besides their id; NUMBER and EXTERNAL are unique."""

    NUMBER = "number"
    EXTERNAL = "external"
    CUSTOMER = "customer"
    NAME = "name"
    PARENT = "parent"


UNIQUE_KEYS = frozenset({Key.NUMBER, Key.EXTERNAL})


def kind_of(aggregate: Aggregate) -> str:
    """Return the stored name of an aggregate's kind."""
    return next(name for name, kind in KINDS.items() if type(aggregate) is kind)


def keys_of(aggregate: Aggregate) -> dict[Key, str]:
    """Return the values that an aggregate is found by; empty ones are left out.

    PARENT is the number of the invoice that a credit note reduces, or of the quote that an invoice
    follows, or the user whose conversation it is, or the schedule of an occurrence; an open item
    has its CUSTOMER only while something is open, and a conversation its EXTERNAL, the user, only
    while it is the latest. An alert has keys only while it is open, a job while it waits or runs,
    or when it was a backup that ended well; a delivery has its PARENT, the webhook, only while it
    waits.
    """
    keys: dict[Key, str] = {}
    match aggregate:
        case (
            Organisation()
            | SigningKey()
            | AssistantDay()
            | Webhook()
            | Workplace()
            | BooksConnection()
        ):
            pass
        case StreamPosition():
            pass
        case Customer():
            keys = {Key.NAME: fold(aggregate.name), Key.EXTERNAL: aggregate.external_id}
        case Invoice():
            parent = aggregate.references.sales_order
            if aggregate.is_credit_note:
                parent = aggregate.preceding[0].number if aggregate.preceding else ""
            keys = {
                Key.NUMBER: aggregate.number,
                Key.CUSTOMER: aggregate.customer_id,
                Key.PARENT: parent,
            }
        case OpenItem():
            keys = {
                Key.NUMBER: aggregate.number,
                # Closed items are many and found by search; the store lists the open ones.
                Key.CUSTOMER: aggregate.customer_id if aggregate.balance else "",
                Key.EXTERNAL: aggregate.external_id,
            }
        case Payment() | Schedule():
            keys = {Key.CUSTOMER: aggregate.customer_id}
        case Product():
            keys = {Key.NAME: fold(aggregate.name), Key.EXTERNAL: fold(aggregate.code)}
        case Occurrence():
            keys = {Key.PARENT: aggregate.schedule_id}
        case Rendering():
            keys = {Key.NUMBER: aggregate.number}
        case Conversation():
            latest = aggregate.user if aggregate.latest else ""
            keys = {Key.PARENT: aggregate.user, Key.EXTERNAL: latest}
        case Alert():
            # Two looks at once cannot both raise the same one.
            about = aggregate.about if aggregate.is_open else ""
            keys = {Key.PARENT: "open" if about else "", Key.EXTERNAL: about}
        case Job():
            is_kept = aggregate.kind == BACKUP and aggregate.state is JobState.DONE
            keys = {Key.PARENT: BACKUP if is_kept else ""}
            if not aggregate.is_over:
                keys = {Key.PARENT: JobState.RUNNING.value}
        case Delivery():
            # An event comes twice after a crash; its message is made once.
            waiting = aggregate.state is DeliveryState.WAITING
            keys = {
                Key.EXTERNAL: aggregate.about,
                Key.PARENT: aggregate.webhook_id if waiting else "",
            }
        case BooksLink():
            link = aggregate
            refused = link.state is LinkState.REFUSED
            there = theirs_key(link.connection, link.kind, link.theirs) if link.theirs else ""
            keys = {Key.NAME: there, Key.PARENT: link.connection if refused else ""}
        case _:  # a ReceivedInvoice: the type checker knows that no other kind is left
            # Kept once, however often the same file is read in.
            keys = {Key.EXTERNAL: aggregate.sha256, Key.NAME: fold(aggregate.invoice.seller.name)}
    return {key: value for key, value in keys.items() if value}
