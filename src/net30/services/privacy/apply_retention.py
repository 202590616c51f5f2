"""Apply retention: when the law's time is over, documents of erased customers name nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from net30.domain.customer import Customer
from net30.domain.events import DocumentsErased
from net30.domain.invoice import Invoice
from net30.domain.payment import Payment
from net30.domain.privacy.erased import (
    erased_name,
    erased_party,
    is_erased,
    traces_of,
    without,
)
from net30.domain.privacy.retention import Retention, retention_in
from net30.domain.rendering import Rendering
from net30.kernel.errors import NotFound
from net30.ports.store import PAGE_ROWS_MAX, A, Reading, Stored
from net30.services.context import Context, ReadContext

DOCUMENTS_AT_ONCE_MAX = 1000
"""One run erases so many; another run goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionState:
    """How many issued documents the law still keeps, and how many it keeps no more.

    `over` are those of customers who are still customers; `to_erase` those of erased ones, which
    `apply_retention` takes the person out of. `years` counts the documents by their year of issue.
    """

    law: Retention
    kept: int
    over: int
    to_erase: int
    years: tuple[tuple[int, int], ...]


def retention_state(ctx: ReadContext) -> RetentionState:
    """Return what the law of the company's country says about each issued document."""
    law = retention_in(ctx.company.party.address.country)
    gone = erased_ids(ctx.tx)
    years: Counter[int] = Counter()
    kept = over = to_erase = 0
    for stored in _issued(ctx.tx):
        invoice = stored.value
        years[invoice.issue_date.year] += 1
        if law.until(invoice.issue_date) >= ctx.today:
            kept += 1
        elif invoice.customer_id in gone and not _names_nobody(invoice):
            to_erase += 1
        else:
            over += 1
    counted = tuple(sorted(years.items()))
    return RetentionState(law=law, kept=kept, over=over, to_erase=to_erase, years=counted)


def apply_retention(ctx: Context) -> tuple[str, ...]:
    """Take erased customers out of documents whose time is over; return their numbers.

    DOCUMENTS_AT_ONCE_MAX at most. The amounts stay, as the books must add up; the files go.
    """
    law = retention_in(ctx.company.party.address.country)
    gone = erased_ids(ctx.tx)
    numbers: list[str] = []
    by_customer: dict[str, list[str]] = {}
    for stored in _issued(ctx.tx):
        invoice = stored.value
        is_over = law.until(invoice.issue_date) < ctx.today
        if not is_over or invoice.customer_id not in gone or _names_nobody(invoice):
            continue
        if len(numbers) >= DOCUMENTS_AT_ONCE_MAX:
            break
        _erase(ctx, stored)
        numbers.append(invoice.number)
        by_customer.setdefault(invoice.customer_id, []).append(invoice.id)
    for customer, ids in by_customer.items():
        _erase_references(ctx, customer, law, ctx.today)
        event = DocumentsErased(customer_id=customer, invoices=tuple(ids), day=ctx.today)
        ctx.record(event)
    return tuple(numbers)


def erased_ids(books: Reading) -> frozenset[str]:
    """Return the ids of customers whose person has been erased."""
    return frozenset(one.value.id for one in _all(books, Customer) if is_erased(one.value))


def _erase(ctx: Context, stored: Stored[Invoice]) -> None:
    invoice = stored.value
    someone = Customer(id=invoice.customer_id, party=invoice.customer)
    told = without(invoice, traces_of(someone))
    party = erased_party(invoice.customer, invoice.customer_id)
    ctx.tx.save(replace(told, customer=party, delivery=None), expected=stored.version)
    with suppress(NotFound):  # an invoice whose files were never written
        rendering = ctx.tx.load(Rendering, invoice.id)
        ctx.tx.save(replace(rendering.value, files=()), expected=rendering.version)


def _erase_references(ctx: Context, customer: str, law: Retention, today: date) -> None:
    """Take out what the payer wrote on old payments."""
    for stored in _all(ctx.tx, Payment):
        paid = stored.value
        if paid.customer_id == customer and paid.reference and law.until(paid.day) < today:
            ctx.tx.save(replace(paid, reference=""), expected=stored.version)


def _names_nobody(invoice: Invoice) -> bool:
    return invoice.customer.name == erased_name(invoice.customer_id)


def _issued(books: Reading) -> Iterator[Stored[Invoice]]:
    return (one for one in _all(books, Invoice) if one.value.is_issued)


def _all(books: Reading, kind: type[A]) -> Iterator[Stored[A]]:
    after = ""
    while page := books.page(kind, after=after, limit=PAGE_ROWS_MAX):
        yield from page
        after = page[-1].value.id
