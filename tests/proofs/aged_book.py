"""A book of claims told as a ledger: its ageing and its position against the open balances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from net30.domain.open_item import OpenItem
from net30.domain.payment import Payment
from net30.insights.ageing import ageing
from net30.insights.as_of import known_at
from net30.insights.position import position
from tests.laws.book import Book
from tests.ledger_rows import Row, claim, ledger, money

BUCKETS = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus", "no_due_date", "unapplied")
Columns = Counter[tuple[str, str]]
"""Minor units by currency and bucket."""


def rows_of(book: Book) -> list[Row]:
    """What the ledger has of a book: each claim, each settlement, each payment's rest, refunds."""
    rows: list[Row] = []
    for item in book.items.values():
        who = {"customer_id": item.customer_id, "currency": item.amount.currency}
        rows.append(claim(item.id, item.amount.minor, item.issue_date, item.due_date, **who))
        rows += [
            money(item.id, entry.amount.minor, entry.day, fact=entry.kind.value, **who)
            for entry in item.settlements
        ]
    for payment in book.payments.values():
        who = {"customer_id": payment.customer_id, "currency": payment.amount.currency}
        back = sum(amount.minor for amount in payment.refunds)
        rows.append(money(None, payment.unapplied.minor + back, payment.day, **who))
        rows.append(money(None, -back, payment.day, fact="refund", **who))
        rows += _bounced(payment, who)
    return rows


def _bounced(payment: Payment, who: dict[str, str]) -> list[Row]:
    """A returned payment: all that it settled, and what was left, came and went again."""
    if not payment.returned:
        return []
    parts = [(part.invoice_id, part.amount.minor) for part in payment.returned.allocations]
    loose = payment.amount.minor - sum(amount for _, amount in parts)
    both: list[Row] = []
    for claimed, amount in [*parts, (None, loose)]:
        both.append(money(claimed, amount, payment.day, **who))
        both.append(money(claimed, -amount, payment.returned.day, **who))
    return both


def faults_of_figures(book: Book, rows: list[Row]) -> Iterator[str]:
    """Where ageing, position and the book's own balances are not the same, to the minor unit."""
    wanted = _columns(book)
    currencies = sorted({currency for currency, _ in wanted})
    with known_at(ledger(*rows), book.day) as known:
        aged, stands = ageing(known), position(known)
    for currency in currencies:
        columns = {name: wanted[currency, name] for name in BUCKETS}
        told = {name: getattr(aged[currency], name).minor for name in BUCKETS}
        if told != columns:
            yield f"the ageing in {currency} is {told}, the open items make {columns}"
        total = sum(columns.values())
        for where in (aged[currency].outstanding, stands[currency].outstanding):
            if where.minor != total:
                yield f"{where} is told, {total} {currency} is open"


def _columns(book: Book) -> Columns:
    columns: Columns = Counter()
    for item in book.items.values():
        columns[item.amount.currency, _bucket(item, book.day)] += item.balance.minor
    for payment in book.payments.values():
        columns[payment.amount.currency, "unapplied"] -= payment.unapplied.minor
    return columns


def _bucket(item: OpenItem, day: date) -> str:
    if item.balance.minor < 0:
        return "unapplied"
    if item.due_date is None:
        return "no_due_date"
    late = (day - item.due_date).days
    ends = {0: "not_due", 30: "d1_30", 60: "d31_60", 90: "d61_90"}
    return next((name for end, name in ends.items() if late <= end), "d90_plus")
