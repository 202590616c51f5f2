"""Credit an invoice, whole or in part."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result
from net30.domain.identity.roles import Permission
from net30.kernel.money import Money
from net30.services.context import Context
from net30.services.credit_invoice import credit_invoice
from net30.services.found import invoice_by_number

ACCESS = Access.CONFIRM
NEEDS = (Permission.INVOICES_CANCEL,)


class Args(Arguments):
    """Which invoice; without an amount all that can still be credited."""

    number: str = Field(description="The invoice's number.")
    amount: Decimal | None = Field(
        default=None, description="How much, tax included; all that can still be credited."
    )
    reason: str | None = Field(default=None, description="Why; printed on the credit note.")


def run(ctx: Context, args: Args) -> Result:
    """Issue the credit note and return its number and amount."""
    invoice = invoice_by_number(ctx, args.number).value
    amount = None if args.amount is None else Money.of(args.amount, invoice.currency)
    credit = credit_invoice(ctx, args.number, amount, reason=args.reason or "")
    return Result(
        "credited",
        {"number": invoice.number, "credit": credit.number, "amount": credit.totals.due},
        reference=credit.number,
    )
