"""Subjects: whom an event is about, and the event with what is personal in it sealed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from net30.domain.events import Event
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.domain.personal import personal_texts
from net30.kernel.errors import NotFound
from net30.kernel.ids import new_id
from net30.ports.store import Reading
from net30.stored.personal import seal


def sealed_event(event: Event, at: datetime) -> tuple[Event, dict[str, str]]:
    """Return an event with its personal texts sealed, and the pad that opens each by its id."""
    sealed: dict[str, Any] = {}  # Any: fields of the event, texts all of them
    pads: dict[str, str] = {}
    for name, text in personal_texts(event).items():
        key = new_id(at)
        made = seal(text, key)
        sealed[name], pads[key] = made.text, made.pad
    return (replace(event, **sealed) if sealed else event), pads


def subject_of(event: Event, books: Reading) -> str:
    """Return the customer an event is about; empty when its document is not in the books."""
    customer = getattr(event, "customer_id", "")
    document = getattr(event, "invoice_id", "")
    kinds: tuple[type[OpenItem | Invoice], ...] = (OpenItem, Invoice)  # an import has no latter
    for kind in kinds if document and not customer else ():
        with suppress(NotFound):
            return books.load(kind, document).value.customer_id
    return str(customer)
