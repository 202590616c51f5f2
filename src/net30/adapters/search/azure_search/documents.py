"""Documents: entries and customers as the service keeps them, and back."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import date
from typing import Any

from net30.adapters.search.azure_search.definition import END, KEY
from net30.domain.open_item import Status
from net30.finding.asking import NO_DUE_DATE, status_on
from net30.finding.words import number_key, number_tail, number_words, storable, words_of
from net30.ports.search import CustomerName, Entry, Hit

Document = dict[str, Any]  # Any: a text, a number or a yes

DAY_CHARACTERS = 10
DOCUMENT, CUSTOMER = "document", "customer"
SHOWN = (
    "id", "version", "number", "type_code", "customer_id", "customer", "currency", "amount",
    "balance", "issue_date", "due_date", "state", "imported",
)  # fmt: skip


def key_of(organisation: str, kind: str, document_id: str) -> str:
    """Return a document's key: letters, digits, dashes, underscores and = are what it may hold."""
    return f"{_spelt(organisation)}={kind}={_spelt(document_id)}"


def of_entry(organisation: str, entry: Entry) -> Document:
    """Return the document of an entry."""
    others = (*number_words(entry.number), *words_of(entry.lines), *words_of(entry.notes))
    return {
        KEY: key_of(organisation, DOCUMENT, entry.id),
        "tenant": organisation,
        "kind": DOCUMENT,
        "id": entry.id,
        "version": entry.version,
        "number": storable(entry.number),
        "number_key": number_key(entry.number),
        "number_tail": number_tail(entry.number),
        "type_code": entry.type_code,
        "customer_id": entry.customer_id,
        **named(entry.customer),
        "currency": entry.currency,
        "amount": entry.amount,
        "balance": entry.balance,
        "issue_date": midnight(entry.issue_date),
        "due_date": midnight(entry.due_date) if entry.due_date else None,
        "due_key": midnight(entry.due_date or date.fromisoformat(NO_DUE_DATE)),
        "state": str(entry.state),
        "imported": entry.imported,
        "words": " ".join(word + END for word in others),
    }


def of_customer(organisation: str, customer: CustomerName) -> Document:
    """Return the document of a customer's name, which no search for documents finds."""
    return {
        KEY: key_of(organisation, CUSTOMER, customer.customer_id),
        "tenant": organisation,
        "kind": CUSTOMER,
        "id": customer.customer_id,
        "version": customer.version,
        "customer_id": customer.customer_id,
        "customer": storable(customer.name),
    }


def named(customer: str) -> Document:
    """Return the fields that show and find a document by its customer's name."""
    words = "".join(f" {word}{END}" for word in words_of(customer))
    return {"customer": storable(customer), "customer_words": f"{END}{words}" if words else ""}


def hit_of(found: Mapping[str, Any], as_of: date) -> Hit:
    """Return what a found document shows on a day."""
    entry = Entry(
        id=found["id"],
        version=int(found["version"]),
        number=found["number"],
        type_code=found["type_code"],
        customer_id=found["customer_id"],
        customer=found["customer"],
        currency=found["currency"],
        amount=int(found["amount"]),
        balance=int(found["balance"]),
        issue_date=day_of(found["issue_date"]),
        due_date=day_of(found["due_date"]) if found["due_date"] else None,
        state=Status(found["state"]),
        imported=bool(found["imported"]),
    )
    return Hit(entry=entry, status=status_on(entry, as_of))


def midnight(day: date) -> str:
    """Return a day as the service keeps it."""
    return f"{day.isoformat()}T00:00:00Z"


def day_of(instant: str) -> date:
    """Return the day of a midnight that the service gives back."""
    return date.fromisoformat(instant[:DAY_CHARACTERS])


def _spelt(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")
