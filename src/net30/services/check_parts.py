"""Parts: whether what net30 is put together from answers, asked now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

from net30.domain.organisation import Organisation
from net30.kernel.errors import Unavailable
from net30.ports.search import Query
from net30.services.context import ReadContext


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """How one part answered: after so many seconds, or with what error."""

    part: str
    seconds: float
    error: str = ""
    hint: str = ""

    @property
    def answers(self) -> bool:
        """Tell whether it does."""
        return not self.error


def check_parts(ctx: ReadContext) -> Iterator[PartState]:
    """Ask every part that can be asked, one after the other."""
    for part in QUESTIONS:
        yield check_part(ctx, part)


def check_part(ctx: ReadContext, part: str) -> PartState:
    """Ask one part of QUESTIONS."""
    began = perf_counter()
    try:
        error, hint = QUESTIONS[part](ctx), ""
    except Unavailable as fault:
        error, hint = fault.message, fault.hint
    return PartState(part=part, seconds=perf_counter() - began, error=error, hint=hint)


def _store(ctx: ReadContext) -> str:
    ctx.tx.load(Organisation, ctx.organisation)
    return ""


def _search(ctx: ReadContext) -> str:
    ctx.search.find(ctx.organisation, Query(as_of=ctx.today, limit=1))
    return ""


def _blobs(ctx: ReadContext) -> str:
    next(ctx.blobs.names(ctx.organisation, "ledger/"), None)
    return ""


def _cache(ctx: ReadContext) -> str:
    return ctx.cache.fault()


QUESTIONS: dict[str, Callable[[ReadContext], str]] = {
    "store": _store,
    "search": _search,
    "blobs": _blobs,
    "cache": _cache,
}
"""What is asked of each part; the answer is its fault, if it has one. Mail is not sent to see."""
