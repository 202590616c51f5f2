"""Predict when an invoice will be paid."""

from __future__ import annotations

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result
from net30.assistant.predictions import told
from net30.domain.identity.roles import Permission
from net30.services.context import ReadContext

ACCESS = Access.READ
NEEDS = (Permission.PREDICTIONS_READ,)

REASONS_SHOWN = 3


class Args(Arguments):
    """Which invoice."""

    number: str = Field(description="The invoice's number.")


def run(ctx: ReadContext, args: Args) -> Result:
    """Return its chances, the days to expect, the weightiest reasons and what to do next."""
    from net30.services.predict_invoice import predict_invoice  # noqa: PLC0415 (numpy, onnxruntime)

    found = predict_invoice(ctx, args.number, explain=True, plan=True)
    return told(found, reasons=REASONS_SHOWN, advice=1)
