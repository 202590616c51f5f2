"""Find invoices, credit notes, offers, drafts and imported open items."""

from __future__ import annotations

from net30.ports.search import Page, Query
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
