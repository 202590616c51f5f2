"""Run schedules: make each due recurring invoice exactly once, however often it is run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from net30.domain.bounds import Bound
from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice
from net30.domain.schedule import Making, Occurrence, Schedule, occurrence_id
from net30.kernel.errors import InputError, LimitExceeded, NotFound
from net30.language.dates import write_month
from net30.ports.store import NEW
from net30.services.context import Context
from net30.services.create_draft import create_draft
from net30.services.issue_invoice import issue_invoice
from net30.services.plan_schedules import BOUND, DueOccurrence, HeldSchedule, SchedulePlan
from net30.services.run_bounds import take_within_bound
from net30.services.run_dunning import Change
from net30.services.send_invoice import send_invoice

_BOUND_OF = {
    Making.DRAFT: Bound.DRAFTS,
    Making.ISSUE: Bound.ISSUES,
    Making.SEND: Bound.ISSUES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeInvoice:
    """What one day of a schedule became; `number` is empty for a draft."""

    schedule_id: str
    customer: str
    day: date
    invoice_id: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRun:
    """What one run made, and what it could not make and why."""

    day: date
    made: tuple[MadeInvoice, ...]
    held: tuple[HeldSchedule, ...]


def run_schedules(change: Change, plan: SchedulePlan) -> ScheduleRun:
    """Make the invoices of a plan, one transaction each; `change` opens one.

    A day that fails (a customer on hold, an address missing) holds up the later days of its
    schedule, so that they come in their order, and is tried again by the next run.
    """
    made: list[MadeInvoice] = []
    held: list[HeldSchedule] = list(plan.held)
    stopped: set[str] = set()
    for due in plan.due:
        if due.schedule_id in stopped:
            continue
        try:
            with change() as ctx:
                invoice = make_occurrence(ctx, due)
        except InputError as refused:
            stopped.add(due.schedule_id)
            held.append(_held(due, refused))
            continue
        if invoice:
            made.append(invoice)
    return ScheduleRun(day=plan.as_of, made=tuple(made), held=tuple(held))


def make_occurrence(ctx: Context, due: DueOccurrence) -> MadeInvoice | None:
    """Return the invoice of a schedule's day, or None when it was made already or is not due.

    Its key is taken in the same transaction, so a second run, in whatever process, finds it or is
    refused. It is dated the day it is made: a number never goes back in time. Raises what
    drafting, issuing and sending raise, LimitExceeded beyond the day's bound.
    """
    stored = ctx.tx.load(Schedule, due.schedule_id)
    schedule = stored.value
    if due.day not in schedule.due_days(ctx.today) or _is_made(ctx, due):
        return None
    bound = _BOUND_OF[schedule.making]
    if not take_within_bound(ctx, bound, 1):
        raise LimitExceeded(
            f"the runs of today made {ctx.company.bounds.number(bound)} {bound} already",
            hint=f"the rest comes tomorrow, or raise the bound: net30 bounds --{bound} NUMBER",
            code=BOUND,
        )
    customer = ctx.tx.load(Customer, schedule.customer_id).value
    language = schedule.invoice.language or customer.language or ctx.company.language
    invoice = create_draft(ctx, _request(schedule.invoice, due.day, language))
    if schedule.making is not Making.DRAFT:
        invoice = issue_invoice(ctx, invoice.id)
    if schedule.making is Making.SEND:
        send_invoice(ctx, invoice.number)
    key = occurrence_id(schedule.id, due.day)
    ctx.tx.save(
        Occurrence(id=key, schedule_id=schedule.id, day=due.day, invoice_id=invoice.id),
        expected=NEW,
    )
    ctx.tx.save(replace(schedule, made_until=due.day), expected=stored.version)
    return MadeInvoice(
        schedule_id=schedule.id,
        customer=due.customer,
        day=due.day,
        invoice_id=invoice.id,
        number=invoice.number,
    )


def _is_made(ctx: Context, due: DueOccurrence) -> bool:
    try:
        ctx.tx.load(Occurrence, occurrence_id(due.schedule_id, due.day))
    except NotFound:
        return False
    return True


def _request(new: NewInvoice, day: date, language: str) -> NewInvoice:
    """Return the request for one day: {month}, {year} and {day} in its texts become the day's."""

    def said(text: str) -> str:
        for mark, value in (
            ("{month}", write_month(day, language)),
            ("{year}", str(day.year)),
            ("{day}", day.isoformat()),
        ):
            text = text.replace(mark, value)
        return text

    lines = (
        replace(line, name=said(line.name), description=said(line.description))
        for line in new.lines
    )
    return replace(
        new,
        lines=tuple(lines),
        notes=tuple(said(note) for note in new.notes),
        issue_date=None,
        due_date=None,
    )


def _held(due: DueOccurrence, refused: InputError) -> HeldSchedule:
    return HeldSchedule(
        schedule_id=due.schedule_id,
        customer=due.customer,
        day=due.day,
        reason=refused.code or refused.message,
        hint=refused.message,
    )
