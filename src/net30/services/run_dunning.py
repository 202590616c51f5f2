"""Run dunning: send what is due today, each step of each invoice once, however often it is run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date

from net30.domain.bounds import Bound
from net30.domain.customer import Customer
from net30.domain.events import ReminderSent
from net30.domain.open_item import Reminder
from net30.kernel.errors import Conflict
from net30.services.context import Context
from net30.services.plan_dunning import (
    BOUND,
    CHANGED,
    DunningPlan,
    HeldBack,
    PlannedLetter,
    plan_of,
)
from net30.services.run_bounds import take_within_bound

Change = Callable[[], AbstractContextManager[Context]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningRun:
    """What one run sent, and what it held back and why."""

    day: date
    letters: tuple[PlannedLetter, ...]
    held: tuple[HeldBack, ...]


def run_dunning(change: Change, plan: DunningPlan) -> DunningRun:
    """Send the letters of a plan, one transaction a customer; `change` opens one.

    Every customer is looked at again inside the transaction, so what was paid, disputed or sent by
    another run meanwhile is not sent. Stops at the day's bound of mails; what is left goes with
    the next run.
    """
    letters: list[PlannedLetter] = []
    held: list[HeldBack] = list(plan.held)
    for customer in dict.fromkeys(letter.customer.id for letter in plan.letters):
        mine = [letter for letter in plan.letters if letter.customer.id == customer]
        try:
            with change() as ctx:
                sent, bounded = dun_customer(ctx, customer)
        except Conflict:  # another process changed one of the claims: the next run looks again
            held += _held(mine, CHANGED)
            continue
        letters += sent
        held += _held(bounded, BOUND)
    return DunningRun(day=plan.as_of, letters=tuple(letters), held=tuple(held))


def dun_customer(
    ctx: Context, customer_id: str
) -> tuple[tuple[PlannedLetter, ...], tuple[PlannedLetter, ...]]:
    """Put a customer's due letters into the outbox; return those sent, and those over the bound."""
    customer = ctx.tx.load(Customer, customer_id).value
    due = plan_of(ctx, ctx.company, customer, ctx.today).letters
    if not due:
        return (), ()
    allowed = take_within_bound(ctx, Bound.MAILS, len(due))
    for letter in due[:allowed]:
        _record(ctx, letter)
    return due[:allowed], due[allowed:]


def _record(ctx: Context, letter: PlannedLetter) -> None:
    """Write that each claim of a letter was reminded; the event of the first lists them all."""
    for at, notice in enumerate(letter.notices):
        item, step = notice.item, notice.step
        sent = Reminder(day=ctx.today, to=letter.to, level=step.level)
        ctx.tx.save(replace(item, reminders=(*item.reminders, sent)), expected=notice.claim.version)
        event = ReminderSent(
            invoice_id=item.id, number=item.number, to=letter.to, day=ctx.today, level=step.level
        )
        ctx.record(event if at else _leading(event, letter))


def _leading(event: ReminderSent, letter: PlannedLetter) -> ReminderSent:
    return replace(
        event,
        covers=tuple(notice.item.id for notice in letter.notices),
        tone=letter.tone.value,
        channel=letter.channel.value,
        fees=letter.fees,
        interest_of=tuple(one.item.id for one in letter.notices if one.step.interest),
        law=letter.law,
    )


def _held(letters: list[PlannedLetter] | tuple[PlannedLetter, ...], reason: str) -> list[HeldBack]:
    return [
        HeldBack(number=notice.item.number, customer=letter.customer.name, reason=reason)
        for letter in letters
        for notice in letter.notices
    ]
