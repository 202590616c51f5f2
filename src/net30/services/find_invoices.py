"""Find invoices, credit notes, offers, drafts and imported open items."""

from __future__ import annotations

from net30.ports.search import Page, Query
from net30.services.cached import cached
from net30.services.context import ReadContext


def find_invoices(ctx: ReadContext, query: Query) -> Page:
    """Return the page of the organisation's documents that a query asks for.

    Raises InputError for a cursor of another query, LimitExceeded for a page of too many rows.
    """
    cache = "search_results" if query.text else "invoice_list"
    return cached(ctx, cache, query, lambda: ctx.search.find(ctx.organisation, query))
