"""Forecast the cash that will come in over the next days."""

from __future__ import annotations

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, NotYet, Result
from net30.services.context import ReadContext

ACCESS = Access.READ
READY = False


class Args(Arguments):
    """Over how many days."""

    horizon_days: int = Field(default=30, ge=1, le=3650, description="How many days ahead.")


def run(ctx: ReadContext, args: Args) -> Result:
    """Say that this is understood but not built yet."""
    raise NotYet(
        "the cash forecast is not there yet",
        hint="search the invoices that fall due instead",
        code="forecast_cash",
    )
