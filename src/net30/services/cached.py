"""Cached: answers to questions that are asked again and again, true for the books as they are."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TypeVar

from net30.services.context import Context, ReadContext

T = TypeVar("T")

PROMOTED = "*/current"
"""What says which version of a model is served (scoring/registry.py), in the models' folder."""

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

    It holds for this organisation and user, and until anything happens in the books or another
    model is served, by this process or another: the latest event, what the projection has taken
    in and which model was promoted are its version.
    Within a change nothing is kept, since what was seen may never come to be.
    """
    if isinstance(ctx, Context):
        return compute()
    taken_in = ctx.tx.taken_in(CACHES[cache]) if CACHES[cache] else 0
    version = (ctx.tx.last_event(), taken_in, _promoted(ctx.models))
    asked = (ctx.organisation, ctx.user, question)
    return ctx.cache.answer(cache, asked, version, compute)


def _promoted(models: Path) -> tuple[tuple[int, int], ...]:
    """Return what changes with each promotion: the pointer is replaced, never written over."""
    try:
        found = [pointer.stat() for pointer in sorted(models.glob(PROMOTED))]
    except OSError:  # it is being replaced: what is asked now is asked anew next time
        return ()
    return tuple((one.st_ino, one.st_mtime_ns) for one in found)
