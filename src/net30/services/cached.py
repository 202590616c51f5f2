"""Cached: answers to questions that are asked again and again, true for the books as they are."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from net30.services.context import Context, ReadContext

T = TypeVar("T")

CACHES = {
    "statistics": "ledger",
    "invoice_list": "search",
    "search_results": "search",
    "invoice_detail": "",
    "client_data": "",
}
"""The seed documents' caches, and the projection that each one's answers are read from, if any."""


def cached(ctx: ReadContext, cache: str, question: Hashable, compute: Callable[[], T]) -> T:
    """Return the answer that was kept for a question, or compute and keep it.

    It holds for this organisation and user, and until anything happens in the books, in this
    process or another: the latest event and what the projection has taken in are its version.
    Within a change nothing is kept, since what was seen may never come to be.
    """
    if isinstance(ctx, Context):
        return compute()
    version = (ctx.tx.last_event(), ctx.tx.taken_in(CACHES[cache]) if CACHES[cache] else 0)
    asked = (ctx.organisation, ctx.user, question)
    return ctx.cache.answer(cache, asked, version, compute)
