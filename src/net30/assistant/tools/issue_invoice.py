"""Issue a draft: it gets its number and can change no more."""

from __future__ import annotations

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result
from net30.domain.identity.roles import Permission
from net30.services.context import Context
from net30.services.found import invoice_by_number
from net30.services.issue_invoice import issue_invoice as issue

ACCESS = Access.CONFIRM
NEEDS = (Permission.INVOICES_WRITE,)


class Args(Arguments):
    """Which draft."""

    number: str = Field(description="The id of the draft.")


def run(ctx: Context, args: Args) -> Result:
    """Issue the draft and return its number."""
    invoice = issue(ctx, invoice_by_number(ctx, args.number).value.id)
    return Result(
        "issued",
        {
            "number": invoice.number,
            "client": invoice.customer.name,
            "total": invoice.totals.due,
            "due": invoice.due_date or invoice.issue_date,
        },
        reference=invoice.number,
    )
