"""Entries: rows of search_entry, and the words that go with them."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from net30.adapters.sql.connection import Row
from net30.adapters.sql.search.backend import Words
from net30.adapters.sql.search.question import Bound
from net30.domain.open_item import Status
from net30.finding.asking import NO_DUE_DATE, status_on
from net30.finding.words import (
    number_key,
    number_tail,
    number_words,
    storable,
    words_of,
)
from net30.ports.search import Entry, Hit

COLUMNS = (
    "id, version, number, type_code, customer_id, customer, currency, amount, balance, "
    "issue_date, due_date, state, imported"
)

INSERT = (
    "INSERT INTO search_entry (place, organisation, id, version, number, number_key, number_tail, "
    "type_code, customer_id, customer, customer_folded, currency, amount, balance, issue_date, "
    "due_date, due_key, state, imported, words_mark) VALUES (:place, :organisation, :id, :version, "
    ":number, :number_key, :number_tail, :type_code, :customer_id, :customer, :customer_folded, "
    ":currency, :amount, :balance, :issue_date, :due_date, :due_key, :state, :imported, "
    ":words_mark)"
)

UPDATE = (
    "UPDATE search_entry SET version = :version, number = :number, number_key = :number_key, "
    "number_tail = :number_tail, type_code = :type_code, customer_id = :customer_id, "
    "customer = :customer, customer_folded = :customer_folded, currency = :currency, "
    "amount = :amount, balance = :balance, issue_date = :issue_date, due_date = :due_date, "
    "due_key = :due_key, state = :state, imported = :imported, words_mark = :words_mark "
    "WHERE organisation = :organisation AND place = :place AND id = :id"
)


def values_of(organisation: str, place: int, entry: Entry) -> Bound:
    """Return the row of an entry."""
    return {
        "place": place,
        "organisation": organisation,
        "id": entry.id,
        "version": entry.version,
        "number": storable(entry.number),
        "number_key": number_key(entry.number),
        "number_tail": number_tail(entry.number),
        "type_code": entry.type_code,
        "customer_id": entry.customer_id,
        "customer": storable(entry.customer),
        "customer_folded": folded(entry.customer),
        "currency": entry.currency,
        "amount": entry.amount,
        "balance": entry.balance,
        "issue_date": entry.issue_date.isoformat(),
        "due_date": entry.due_date.isoformat() if entry.due_date else None,
        "due_key": entry.due_date.isoformat() if entry.due_date else NO_DUE_DATE,
        "state": str(entry.state),
        "imported": int(entry.imported),
        "words_mark": words_mark(entry),
    }


def words_for(tenant: int, place: int, entry: Entry) -> Words:
    """Return the words that an entry is found by."""
    others = (*number_words(entry.number), *words_of(entry.lines), *words_of(entry.notes))
    return Words(place, tenant, customer=tuple(words_of(entry.customer)), others=others)


def words_mark(entry: Entry) -> str:
    """Return what changes when an entry's words do, so that a payment rewrites no words."""
    texts = (entry.number, entry.customer, entry.lines, entry.notes)
    return sha256(repr(texts).encode()).hexdigest()[:16]


def folded(customer: str) -> str:
    """Return a customer's name as relevance compares it."""
    return " ".join(words_of(customer))


def hit_of(row: Row, as_of: date) -> Hit:
    """Return what a row of COLUMNS shows on a day."""
    entry = Entry(
        id=row[0],
        version=row[1],
        number=row[2],
        type_code=row[3],
        customer_id=row[4],
        customer=row[5],
        currency=row[6],
        amount=row[7],
        balance=row[8],
        issue_date=date.fromisoformat(row[9]),
        due_date=date.fromisoformat(row[10]) if row[10] else None,
        state=Status(row[11]),
        imported=bool(row[12]),
    )
    return Hit(entry=entry, status=status_on(entry, as_of))
