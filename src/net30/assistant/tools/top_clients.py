"""Rank clients by revenue, by what they owe, or by what they owe past its due date."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result, Shown
from net30.domain.customer import Customer
from net30.insights.top_customers import By, top_customers
from net30.ledger.segments import read_ledger
from net30.services.context import ReadContext

ACCESS = Access.READ

ROWS_SHOWN = 10


class Args(Arguments):
    """What to rank by, and how many to show."""

    by: Literal["revenue", "outstanding", "late"]
    limit: int | None = Field(default=None, ge=1, le=100)


def run(ctx: ReadContext, args: Args) -> Result:
    """Return the first clients of each currency."""
    ledger = read_ledger(ctx.blobs, ctx.organisation, ctx.today)
    ranked = top_customers(ledger, ctx.today, By(args.by), limit=args.limit or ROWS_SHOWN)
    rows: list[tuple[Shown, ...]] = [
        (ctx.tx.load(Customer, standing.customer_id).value.name, standing.amount)
        for currency in sorted(ranked)
        for standing in ranked[currency]
    ]
    return Result(f"top_{args.by}" if rows else "top_none", {}, tuple(rows))
