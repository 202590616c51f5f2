"""Void an invoice: a draft is deleted, an issued one taken back by a full credit note."""

from __future__ import annotations

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result
from net30.domain import settling
from net30.domain.identity.roles import Permission
from net30.services.context import Context, ReadContext
from net30.services.create_draft import delete_draft
from net30.services.credit_invoice import credit_notes_on
from net30.services.credit_invoice import void_invoice as void
from net30.services.found import invoice_by_number, open_item_by_number

ACCESS = Access.CONFIRM
NEEDS = (Permission.INVOICES_CANCEL,)


class Args(Arguments):
    """Which invoice, and why."""

    number: str = Field(description="The invoice's number, or the id of a draft.")
    reason: str | None = Field(default=None, description="Why; printed on the credit note.")


def check(ctx: ReadContext, args: Args) -> None:
    """Raise Conflict where something was paid or credited, before anybody is asked for a yes."""
    invoice = invoice_by_number(ctx, args.number).value
    if invoice.is_issued:
        claim = open_item_by_number(ctx, invoice.number).value
        settling.void(invoice, claim, credit_id=invoice.id, day=ctx.today, reason="")
        settling.check_uncredited(invoice, credit_notes_on(ctx, invoice.number))


def run(ctx: Context, args: Args) -> Result:
    """Void it and return the credit note's number, if it took one."""
    invoice = invoice_by_number(ctx, args.number).value
    if not invoice.is_issued:
        delete_draft(ctx, invoice.id)
        return Result("draft_deleted", {"client": invoice.customer.name})
    credit = void(ctx, invoice.number, reason=args.reason or "")
    return Result(
        "voided", {"number": invoice.number, "credit": credit.number}, reference=credit.number
    )
