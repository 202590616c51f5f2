"""Rank clients by revenue, by what they owe, or by what they owe past its due date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result
from net30.domain.customer import Customer
from net30.domain.identity.roles import Permission
from net30.insights.as_of import known_at
from net30.insights.top_customers import By, top_customers
from net30.kernel.money import Money, sums_of
from net30.ledger.segments import read_ledger
from net30.services.context import ReadContext

ACCESS = Access.READ
NEEDS = (Permission.FIGURES_READ, Permission.CUSTOMERS_READ)

ROWS_SHOWN = 10


class Args(Arguments):
    """What to rank by, and how many to show."""

    by: Literal["revenue", "outstanding", "late"] = Field(
        description="revenue: most invoiced; outstanding: owe the most; late: owe most past due."
    )
    limit: int | None = Field(default=None, ge=1, le=100, description="How many; 10.")


def run(ctx: ReadContext, args: Args) -> Result:
    """Return the first clients, currency by currency: no client outranks one of another."""
    found = rankings(ctx, By(args.by), args.limit or ROWS_SHOWN)
    if not found:
        return Result("top_none", {"as_of": ctx.today})
    return Result(f"top_{args.by}", {"as_of": ctx.today}, parts=found)


def rankings(ctx: ReadContext, by: By, limit: int) -> tuple[Result, ...]:
    """Return a ranking for each currency, with the sum of what it shows."""
    ledger = read_ledger(ctx.blobs, ctx.organisation, ctx.today)
    with known_at(ledger, ctx.today) as known:
        ranked = top_customers(known, by, limit=limit)
    return tuple(
        Result(
            "ranking",
            {"currency": currency},
            tuple(
                (place, ctx.tx.load(Customer, one.customer_id).value.name, one.amount)
                for place, one in enumerate(ranked[currency], start=1)
            ),
            parts=_total([one.amount for one in ranked[currency]]),
        )
        for currency in sorted(ranked)
    )


def _total(amounts: Sequence[Money]) -> tuple[Result, ...]:
    """Return the line below; a single amount needs none."""
    return (Result("total", {"total": sums_of(amounts)}),) if len(amounts) > 1 else ()
