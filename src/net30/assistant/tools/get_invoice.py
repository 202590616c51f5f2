"""Show one invoice: its client, lines, total, balance and status."""

from __future__ import annotations

from net30.assistant.arguments import Access, Arguments, Result
from net30.domain.open_item import OpenItem, Status, status_of
from net30.kernel.errors import NotFound
from net30.services.context import ReadContext
from net30.services.found import invoice_by_number

ACCESS = Access.READ


class Args(Arguments):
    """Which invoice, by its number."""

    number: str


def run(ctx: ReadContext, args: Args) -> Result:
    """Return where the invoice stands today."""
    invoice = invoice_by_number(ctx, args.number).value
    try:
        item = ctx.tx.load(OpenItem, invoice.id).value
        balance, status = item.balance, status_of(item, ctx.today)
    except NotFound:  # drafts and offers claim nothing
        balance, status = invoice.totals.due, Status.DRAFT
    return Result(
        "invoice_shown",
        {
            "number": invoice.number or "-",
            "client": invoice.customer.name,
            "total": invoice.totals.due,
            "balance": balance,
            "status": status.value,
            "issued": invoice.issue_date,
            "due": invoice.due_date or invoice.issue_date,
        },
        tuple((line.name, line.quantity, line.unit, line.net) for line in invoice.lines),
        invoice.number or invoice.id,
    )
