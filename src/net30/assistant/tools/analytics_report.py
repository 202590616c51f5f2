"""Analytics report: invoiced, collected, owed, collection rate, DSO, ageing and top clients."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result
from net30.assistant.tools import get_ageing
from net30.assistant.tools.get_statistics import PERIOD, POSITION, RATES, figures_between, told
from net30.assistant.tools.top_clients import rankings
from net30.insights.top_customers import By
from net30.services.context import ReadContext

ACCESS = Access.READ

CLIENTS_SHOWN = 5


class Args(Arguments):
    """Which period; without one the last 90 days. What is owed is always as of today."""

    start: date | None = Field(default=None, alias="from", description="First day of the period.")
    end: date | None = Field(default=None, alias="to", description="Last day of the period.")


def run(ctx: ReadContext, args: Args) -> Result:
    """Return the report: the figures, then the ageing, then who owes and buys the most."""
    found = figures_between(ctx, args.start, args.end)
    figures = told("analytics", found, PERIOD + POSITION + RATES)
    if not found.currencies:
        return figures
    parts = [*figures.parts, get_ageing.told(found.as_of, found.currencies)]
    for by in (By.OUTSTANDING, By.REVENUE):
        ranked = rankings(ctx, by, CLIENTS_SHOWN)
        if ranked:
            parts.append(Result(f"top_{by.value}", {"as_of": found.as_of}, parts=ranked))
    return Result(
        figures.code, figures.values, figures.rows, columns=figures.columns, parts=tuple(parts)
    )
