"""Predict when an invoice will be paid."""

from __future__ import annotations

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, NotYet, Result
from net30.services.context import ReadContext

ACCESS = Access.READ
READY = False


class Args(Arguments):
    """Which invoice."""

    number: str = Field(description="The invoice's number.")


def run(ctx: ReadContext, args: Args) -> Result:
    """Say that this is understood but not built yet."""
    raise NotYet(
        "predicting a payment is not there yet",
        hint="show the invoice to see its due date",
        code="predict_payment",
    )
