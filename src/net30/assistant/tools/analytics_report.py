"""Analytics report of a period: figures, collection rate and ageing together."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result
from net30.assistant.tools.get_statistics import told
from net30.services.context import ReadContext
from net30.services.get_statistics import get_statistics

ACCESS = Access.READ


class Args(Arguments):
    """Which period; without one the last 90 days."""

    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")


def run(ctx: ReadContext, args: Args) -> Result:
    """Return the report's figures."""
    end = args.end and min(args.end, ctx.today)
    return told("analytics", get_statistics(ctx, start=args.start, end=end))
