"""Find invoices, credit notes, offers, drafts and imported open items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from net30.domain.open_item import Status
from net30.kernel.money import Money
from net30.ports.search import Hit, Page, Query
from net30.services.cached import cached
from net30.services.context import ReadContext


def find_invoices(ctx: ReadContext, query: Query) -> Page:
    """Return the page of the organisation's documents that a query asks for.

    Raises InputError for a cursor of another query, LimitExceeded for a page of too many rows.
    """
    if not ctx.search.shows_at_once:  # what is found now may still be what was before
        return ctx.search.find(ctx.organisation, query)
    cache = "search_results" if query.text else "invoice_list"
    return cached(ctx, cache, query, lambda: ctx.search.find(ctx.organisation, query))


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow:
    """One document in a list, and where it stands today."""

    id: str
    number: str
    type_code: str
    customer_id: str
    customer: str
    amount: Money
    balance: Money
    issue_date: date
    due_date: date | None
    status: Status
    imported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRows:
    """A page of documents, how many match in all, and the cursor of the next page."""

    items: tuple[InvoiceRow, ...]
    total: int
    cursor: str
    did_you_mean: tuple[str, ...]


def row_of(hit: Hit) -> InvoiceRow:
    """Return a found document as a row of a list."""
    entry = hit.entry
    return InvoiceRow(
        id=entry.id,
        number=entry.number,
        type_code=entry.type_code,
        customer_id=entry.customer_id,
        customer=entry.customer,
        amount=Money(entry.amount, entry.currency),
        balance=Money(entry.balance, entry.currency),
        issue_date=entry.issue_date,
        due_date=entry.due_date,
        status=hit.status,
        imported=entry.imported,
    )


def rows_of(page: Page) -> InvoiceRows:
    """Return a page as programs are told it."""
    return InvoiceRows(
        items=tuple(row_of(hit) for hit in page.hits),
        total=page.total,
        cursor=page.cursor,
        did_you_mean=page.did_you_mean,
    )
