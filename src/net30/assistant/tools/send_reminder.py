"""Remind a client by mail of an overdue invoice, or of all their overdue invoices in one letter."""

from __future__ import annotations

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result
from net30.domain.identity.roles import Permission
from net30.kernel.money import sums_of
from net30.services.context import Context, ReadContext
from net30.services.found import customer_by_name
from net30.services.send_reminder import due_reminder
from net30.services.send_reminder import send_reminder as remind

ACCESS = Access.CONFIRM
NEEDS = (Permission.COLLECTIONS_WRITE,)


class Args(Arguments):
    """Which invoice, or which client."""

    number: str | None = Field(default=None, description="The invoice's number.")
    client: str | None = Field(
        default=None, description="The client's name: everything overdue goes into one letter."
    )


def check(ctx: ReadContext, args: Args) -> None:
    """Raise what stands against the reminder, before anybody is asked for a yes."""
    due_reminder(ctx, number=args.number or "", customer_id=_customer_id(ctx, args))


def run(ctx: Context, args: Args) -> Result:
    """Send the reminder and say of what, over how much, and to which address."""
    sent = remind(ctx, number=args.number or "", customer_id=_customer_id(ctx, args))
    numbers = ", ".join(item.number for item in sent.items)
    return Result(
        "reminded",
        {
            "client": sent.customer.name,
            "to": sent.to,
            "numbers": numbers,
            "open": sums_of(item.balance for item in sent.items),
        },
        reference=sent.items[0].number,
    )


def _customer_id(ctx: ReadContext, args: Args) -> str:
    return customer_by_name(ctx, args.client).value.id if args.client else ""
