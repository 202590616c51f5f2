"""Remind a customer by mail of the invoices that are past due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.dunning import level_of
from net30.domain.events import ReminderSent
from net30.domain.open_item import OpenItem, Reminder, days_past_due
from net30.kernel.errors import Conflict, InputError
from net30.ports.store import Stored
from net30.services.context import Context, ReadContext
from net30.services.found import open_item_by_number
from net30.services.send_invoice import usable_address

CLAIMS_MAX = 100
"""One letter lists at most so many invoices, the longest due first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """A reminder that may be sent: to whom, to which address, of which open claims."""

    customer: Customer
    to: str
    claims: tuple[Stored[OpenItem], ...]

    @property
    def items(self) -> tuple[OpenItem, ...]:
        """Return the claims, the longest due first."""
        return tuple(stored.value for stored in self.claims)


def send_reminder(ctx: Context, *, number: str = "", customer_id: str = "") -> DueReminder:
    """Put one letter about an invoice, or about all a customer's overdue ones, into the outbox.

    The mail projection writes and hands it over after the commit. Raises what `due_reminder`
    raises.
    """
    due = due_reminder(ctx, number=number, customer_id=customer_id)
    covers = tuple(item.id for item in due.items)
    for at, stored in enumerate(due.claims):
        item = stored.value
        level = level_of(item) + 1
        sent = Reminder(day=ctx.today, to=due.to, level=level)
        ctx.tx.save(
            replace(item, reminders=(*item.reminders, sent)),
            expected=stored.version,
        )
        ctx.record(
            ReminderSent(
                invoice_id=item.id,
                number=item.number,
                to=due.to,
                day=ctx.today,
                level=level,
                covers=() if at else covers,
            )
        )
    return due


def due_reminder(ctx: ReadContext, *, number: str = "", customer_id: str = "") -> DueReminder:
    """Return the reminder that may be sent today, of one invoice or of a customer's overdue ones.

    Only what is open, past due, undisputed and not reminded of today. Raises Conflict saying what
    stands against it, NotFound for an unknown number, InputError without a usable address.
    """
    if number:
        claims: Sequence[Stored[OpenItem]] = (open_item_by_number(ctx, number),)
        refusal = _refusal(ctx, claims[0].value)
        if refusal:
            raise refusal
    elif customer_id:
        claims = _overdue_of(ctx, customer_id)
    else:
        raise InputError(
            "a reminder is of an invoice or to a customer", hint="name one", code="reminder_of"
        )
    customer = ctx.tx.load(Customer, claims[0].value.customer_id).value
    return DueReminder(
        customer=customer,
        to=usable_address(customer.email.strip(), customer.name),
        claims=tuple(claims),
    )


def _overdue_of(ctx: ReadContext, customer_id: str) -> list[Stored[OpenItem]]:
    found = ctx.tx.find(OpenItem, Key.CUSTOMER, customer_id)
    late = [stored for stored in found if _is_overdue(ctx, stored.value)]
    if not late:
        raise Conflict(
            f"{ctx.tx.load(Customer, customer_id).value.name} has no overdue invoice",
            hint="there is nothing to remind of",
            code="nothing_overdue",
        )
    refusals = [_refusal(ctx, stored.value) for stored in late]
    free = [stored for stored, refusal in zip(late, refusals, strict=True) if refusal is None]
    if not free and refusals[0]:
        raise refusals[0]
    return sorted(free, key=lambda stored: (stored.value.due_date, stored.value.number))[
        :CLAIMS_MAX
    ]


def _refusal(ctx: ReadContext, item: OpenItem) -> Conflict | None:
    """Return why a claim is not reminded of today, or nothing."""
    if item.voided_by:
        return Conflict(f"{item.number} is void", hint="nothing is owed on it", code="void")
    if item.balance.minor <= 0:
        return Conflict(
            f"nothing is open on {item.number}", hint="it needs no reminder", code="nothing_open"
        )
    if item.is_disputed:
        return Conflict(
            f"{item.number} is disputed", hint="settle the dispute first", code="disputed"
        )
    if not _is_overdue(ctx, item):
        due = f"due on {item.due_date}" if item.due_date else "without a due date"
        return Conflict(
            f"{item.number} is {due}, so it is not overdue",
            hint="send the invoice again instead",
            code="not_overdue",
            values={"due": item.due_date},
        )
    if any(reminder.day == ctx.today for reminder in item.reminders):
        return Conflict(
            f"a reminder of {item.number} was sent today",
            hint="wait at least until tomorrow",
            code="reminded_today",
        )
    return None


def _is_overdue(ctx: ReadContext, item: OpenItem) -> bool:
    return item.balance.minor > 0 and days_past_due(item, ctx.today) > 0
