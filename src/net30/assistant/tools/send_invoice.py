"""Send an invoice to its client by e-mail; a draft is issued first."""

from __future__ import annotations

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result
from net30.domain.customer import Customer
from net30.domain.identity.roles import Permission
from net30.services.context import Context, ReadContext
from net30.services.found import invoice_by_number
from net30.services.issue_invoice import issue_invoice
from net30.services.send_invoice import send_invoice as send
from net30.services.send_invoice import usable_address

ACCESS = Access.CONFIRM
NEEDS = (Permission.INVOICES_WRITE,)


class Args(Arguments):
    """Which invoice; without an address the client's own."""

    number: str = Field(description="The invoice's number, or the id of a draft.")
    to: str | None = Field(default=None, description="An e-mail address; the client's own.")


def check(ctx: ReadContext, args: Args) -> None:
    """Raise InputError where no usable address is known, before anybody is asked for a yes."""
    customer_id = invoice_by_number(ctx, args.number).value.customer_id
    customer = ctx.tx.load(Customer, customer_id).value
    usable_address((args.to or customer.email).strip(), customer.name)


def run(ctx: Context, args: Args) -> Result:
    """Issue it when it is a draft, send it, and say where it went."""
    invoice = invoice_by_number(ctx, args.number).value
    if not invoice.is_issued:
        invoice = issue_invoice(ctx, invoice.id)
    sent = send(ctx, invoice.number, args.to or "")
    return Result("sent", {"number": sent.number, "to": sent.to}, reference=sent.number)
