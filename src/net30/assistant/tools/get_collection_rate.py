"""Collection rate of a period: of what fell due, the share that has come in."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result, Shown
from net30.services.context import ReadContext
from net30.services.get_statistics import get_statistics

ACCESS = Access.READ


class Args(Arguments):
    """Which period; without one the last 90 days."""

    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")


def run(ctx: ReadContext, args: Args) -> Result:
    """Return the rate of each currency."""
    end = args.end and min(args.end, ctx.today)
    found = get_statistics(ctx, start=args.start, end=end)
    rows: list[tuple[Shown, ...]] = []
    for entry in found.currencies:
        rate = entry.collection_rate
        if rate and rate.rate is not None:
            rows.append((entry.currency, rate.rate * 100, rate.received, rate.due))
    code = "collection_rate" if rows else "collection_rate_none"
    return Result(code, {"start": found.start, "end": found.end}, tuple(rows))
