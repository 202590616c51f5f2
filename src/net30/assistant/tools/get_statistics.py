"""Business statistics of a period: invoiced, collected, open and overdue, by currency."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result
from net30.kernel.money import Money
from net30.services.context import ReadContext
from net30.services.found import customer_by_name
from net30.services.get_statistics import CurrencyFigures, Statistics
from net30.services.get_statistics import get_statistics as figures_of

ACCESS = Access.READ


class Args(Arguments):
    """Which period, client or currency; without them the last 90 days of everything."""

    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")
    client: str | None = None
    currency: str | None = None


def run(ctx: ReadContext, args: Args) -> Result:
    """Return the figures, one row a currency."""
    found = figures_of(
        ctx,
        start=args.start,
        end=args.end and min(args.end, ctx.today),
        customer_id=customer_by_name(ctx, args.client).value.id if args.client else "",
        currency=args.currency or "",
    )
    return told("statistics", found)


def told(code: str, found: Statistics) -> Result:
    """Return figures as a reply shows them."""
    rows = tuple(_row(entry) for entry in found.currencies)
    if not rows:
        code = "statistics_none"
    return Result(code, {"start": found.start, "end": found.end}, rows)


def _row(entry: CurrencyFigures) -> tuple[str | Money, ...]:
    nothing = Money.zero(entry.currency)
    revenue, position = entry.revenue, entry.position
    return (
        entry.currency,
        revenue.invoiced if revenue else nothing,
        revenue.collected if revenue else nothing,
        position.outstanding if position else nothing,
        position.overdue if position else nothing,
    )
