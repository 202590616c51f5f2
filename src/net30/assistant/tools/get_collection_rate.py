"""Collection rate of a period: of what fell due, the share that has come in."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result
from net30.assistant.tools.get_statistics import figures_between, rate_of
from net30.domain.identity.roles import Permission
from net30.services.context import ReadContext

ACCESS = Access.READ
NEEDS = (Permission.FIGURES_READ,)


class Args(Arguments):
    """Which period; without one the last 90 days."""

    start: date | None = Field(default=None, alias="from", description="First day of the period.")
    end: date | None = Field(default=None, alias="to", description="Last day of the period.")


def run(ctx: ReadContext, args: Args) -> Result:
    """Return the rate of each currency, with the amounts it is the share of."""
    found = figures_between(ctx, args.start, args.end)
    rows = tuple(
        (entry.currency, rate_of(entry), entry.collection_rate.received, entry.collection_rate.due)
        for entry in found.currencies
        if entry.collection_rate and entry.collection_rate.rate is not None
    )
    code = "collection_rate" if rows else "collection_rate_none"
    return Result(code, {"start": found.start, "end": found.end, "as_of": found.as_of}, rows)
