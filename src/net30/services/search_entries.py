"""Search entries: what of a document, draft or imported open item can be found again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from typing import TypeVar

from net30.domain.customer import Customer
from net30.domain.invoice import Invoice
from net30.domain.line import Line
from net30.domain.open_item import OpenItem, Status, status_of
from net30.domain.privacy.erased import erased_name
from net30.kernel.errors import NotFound
from net30.ports.search import CustomerName, Entry
from net30.ports.store import PAGE_ROWS_MAX, Reading

A = TypeVar("A", Customer, Invoice, OpenItem)

LOADED_SINGLY_MAX = 100
"""For more ids than this, reading the pages they lie in beats loading each one."""

LINES_CHARACTERS_MAX = 60_000
NOTES_CHARACTERS_MAX = 20_000
"""Words beyond these are not searched; 1,000 lines of 60 characters are."""


def search_entries(books: Reading, ids: Sequence[str], version: int) -> tuple[Entry, ...]:
    """Return the entries of those ids that the books know, as of an event's sequence."""
    items = _load_all(books, OpenItem, ids)
    invoices = _load_all(books, Invoice, ids)
    customers: dict[str, str] = {}
    found = []
    for document_id in ids:
        invoice, item = invoices.get(document_id), items.get(document_id)
        customer_id = invoice.customer_id if invoice else item.customer_id if item else ""
        if customer_id not in customers:
            customers[customer_id] = _present_name(books, customer_id)
        if invoice:
            found.append(_of_invoice(invoice, item, customers[customer_id], version))
        elif item:
            found.append(_of_item(item, customers[customer_id], version))
    return tuple(found)


def customer_names(books: Reading, ids: Sequence[str], version: int) -> tuple[CustomerName, ...]:
    """Return the present names of those customers that the books know."""
    found = _load_all(books, Customer, ids)
    return tuple(
        CustomerName(customer_id=customer.id, name=customer.name, version=version)
        for customer in found.values()
    )


def _of_item(item: OpenItem, customer: str, version: int) -> Entry:
    return Entry(
        id=item.id,
        number=item.number,
        type_code=item.type_code,
        customer_id=item.customer_id,
        customer=customer,
        currency=item.amount.currency,
        amount=item.amount.minor,
        balance=item.balance.minor,
        issue_date=item.issue_date,
        due_date=item.due_date,
        state=status_of(item, date.min),  # on that day nothing is overdue
        imported=item.imported,
        version=version,
    )


def _of_invoice(invoice: Invoice, item: OpenItem | None, customer: str, version: int) -> Entry:
    """Return the entry of a document; a draft or an offer has no claim and nothing open."""
    due = -invoice.totals.due if invoice.is_credit_note else invoice.totals.due
    name = customer or invoice.customer.name
    return Entry(
        id=invoice.id,
        number=invoice.number,
        type_code=invoice.type_code,
        customer_id=invoice.customer_id,
        customer=name,
        currency=due.currency,
        amount=due.minor,
        balance=item.balance.minor if item else 0,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        state=_state(invoice, item),
        lines=_joined(chain.from_iterable(map(_line_words, invoice.lines)), LINES_CHARACTERS_MAX),
        notes=_joined(_note_words(invoice, name), NOTES_CHARACTERS_MAX),
        version=version,
    )


def _state(invoice: Invoice, item: OpenItem | None) -> Status:
    if item:
        return status_of(item, date.min)  # on that day nothing is overdue
    return Status.ISSUED if invoice.is_issued else Status.DRAFT


def _line_words(line: Line) -> Iterator[str]:
    yield from (line.name, line.description, line.note)
    yield from (line.seller_item_id, line.buyer_item_id, line.order_line)
    yield line.standard_item_id.value if line.standard_item_id else ""


def _note_words(invoice: Invoice, customer: str) -> Iterator[str]:
    """Yield the notes, what others call the deal, and the name printed if it is another one."""
    printed = invoice.customer
    yield from (note.text for note in invoice.notes)
    yield from (invoice.references.buyer, invoice.references.order, invoice.references.contract)
    yield from (invoice.references.project, invoice.references.sales_order)
    yield from (before.number for before in invoice.preceding)
    if customer != erased_name(invoice.customer_id):  # whom nobody is to find by the name it had
        yield from (name for name in (printed.name, printed.trading_name) if name != customer)


def _joined(words: Iterator[str], characters_max: int) -> str:
    """Join what is not empty by lines, as far as it is searched."""
    kept, left = [], characters_max
    for word in words:
        if left <= 0:
            break
        if word:
            kept.append(word[:left])
            left -= len(word) + 1
    return "\n".join(kept)


def _present_name(books: Reading, customer_id: str) -> str:
    found = _load_all(books, Customer, [customer_id]) if customer_id else {}
    return found[customer_id].name if found else ""


def _load_all(books: Reading, kind: type[A], ids: Sequence[str]) -> dict[str, A]:
    return _paged(books, kind, ids) if len(ids) > LOADED_SINGLY_MAX else _each(books, kind, ids)


def _each(books: Reading, kind: type[A], ids: Sequence[str]) -> dict[str, A]:
    found = {}
    for wanted in ids:
        try:
            found[wanted] = books.load(kind, wanted).value
        except NotFound:  # a draft thrown away meanwhile, or an imported item without a document
            continue
    return found


def _paged(books: Reading, kind: type[A], ids: Sequence[str]) -> dict[str, A]:
    first, last, wanted = min(ids), max(ids), set(ids)
    found = _each(books, kind, [first])
    after = first
    while after < last and (page := books.page(kind, after=after, limit=PAGE_ROWS_MAX)):
        found |= {stored.value.id: stored.value for stored in page if stored.value.id in wanted}
        after = page[-1].value.id
    return found
