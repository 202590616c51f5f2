"""Schedules: invoices that come back every so many weeks or months."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.etag import tag_of
from net30.api.answers.listing import walked
from net30.api.answers.paging import ROWS_USUAL, Cursor, Limit, Listed, reply_page
from net30.api.asked import ID_CHARACTERS_MAX, AsOf, check_id
from net30.api.resource import Resource
from net30.api.routes.invoices import named
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.domain.schedule import Schedule
from net30.kernel.errors import InputError, NotFound
from net30.ports.store import Stored
from net30.services.context import Context, ReadContext
from net30.services.found import customer_by_name
from net30.services.plan_schedules import SchedulePlan, plan_schedules
from net30.services.run_schedules import ScheduleRun, run_schedules
from net30.services.save_schedule import (
    pause_schedule,
    resume_schedule,
    save_schedule,
    skip_schedule,
)

routes = Resource("schedules", "Invoices that come back every so many weeks or months.")

WRITE = (Permission.SCHEDULES_WRITE, Permission.INVOICES_WRITE)
Id = Annotated[str, Path(description="The schedule's id.", max_length=ID_CHARACTERS_MAX)]
EXAMPLE = {
    "invoice": {
        "customer_id": "Acme Corp",
        "lines": [{"name": "support {month} {year}", "unit_price": "50000"}],
    },
    "start": "2026-12-01",
    "making": "draft",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRow:
    """A schedule and the next day that it makes an invoice for; null after its last."""

    schedule: Schedule
    next_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """The days up to this one are left out."""

    until: date


@routes.get("/schedules", Permission.SCHEDULES_READ, gives=Listed[ScheduleRow])
def list_schedules(
    visit: Looking,
    *,
    customer: Annotated[str, Query(description="Name or id.", max_length=200)] = "",
    paused: bool | None = None,
    limit: Limit = ROWS_USUAL,
    cursor: Cursor = "",
) -> Response:
    """List the schedules with their next day, the earliest added first."""
    with visit.look() as ctx:
        whose = customer_by_name(ctx, customer).value.id if customer else ""
        found, after = walked(
            lambda last, rows: [one.value for one in ctx.tx.page(Schedule, after=last, limit=rows)],
            lambda one: one.id,
            lambda one: whose in {"", one.customer_id} and paused in {None, one.paused},
            limit=limit,
            cursor=cursor,
        )
    items = tuple(ScheduleRow(schedule=one, next_day=one.next_day()) for one in found)
    return reply_page(visit.request, items, after)


@routes.get("/schedules/due", Permission.SCHEDULES_READ, gives=SchedulePlan)
def get_due_schedules(visit: Looking, as_of: AsOf = None) -> Response:
    """Tell which recurring invoices are due on a day; makes nothing."""
    with visit.look() as ctx:
        return visit.reply(plan_schedules(ctx, as_of))


@routes.post("/schedules/run", WRITE, gives=ScheduleRun)
def run_due_schedules(visit: Changing) -> Response:
    """Make the recurring invoices that are due, each once, however often this is asked."""

    def made() -> ScheduleRun:
        with visit.look() as ctx:
            plan = plan_schedules(ctx)
        return run_schedules(visit.change, plan)

    return visit.once_apart(made)


@routes.post("/schedules", WRITE, takes=Schedule, gives=Schedule, status=201, example=EXAMPLE)
def add_schedule(visit: Changing) -> Response:
    """Add an invoice that comes back; {month}, {year}, {day} in its texts name the day."""
    new = visit.body(Schedule)
    if new.id:
        raise InputError("a new schedule has no id yet", hint="leave the id out", code="id")

    def added(ctx: Context) -> Schedule:
        invoice = named(ctx, new.invoice)
        return save_schedule(ctx, replace(new, invoice=invoice, made_until=None))

    return visit.once(added, at=_address)


@routes.get("/schedules/{schedule}", Permission.SCHEDULES_READ, gives=Schedule)
def get_schedule(visit: Looking, schedule: Id) -> Response:
    """Show a schedule."""
    with visit.look() as ctx:
        found = _schedule(ctx, schedule)
    return visit.reply(found.value, tag=tag_of(found.version))


@routes.put("/schedules/{schedule}", WRITE, takes=Schedule, gives=Schedule, example=EXAMPLE)
def replace_schedule(visit: Changing, schedule: Id) -> Response:
    """Replace a schedule; what it made already stays made."""
    wanted = visit.body(Schedule)

    def replaced(ctx: Context) -> tuple[object, str]:
        before = _schedule(ctx, schedule)
        check_id(wanted.id, schedule)
        visit.check_match(tag_of(before.version))
        after = replace(wanted, id=schedule, invoice=named(ctx, wanted.invoice))
        return save_schedule(ctx, after), tag_of(before.version + 1)

    return visit.keyless(replaced)


@routes.post("/schedules/{schedule}/pause", WRITE, gives=Schedule)
def pause_one_schedule(visit: Changing, schedule: Id) -> Response:
    """Make nothing of a schedule until it is resumed."""

    def paused(ctx: Context) -> Schedule:
        _schedule(ctx, schedule)
        return pause_schedule(ctx, schedule)

    return visit.once(paused)


@routes.post("/schedules/{schedule}/resume", WRITE, gives=Schedule)
def resume_one_schedule(visit: Changing, schedule: Id) -> Response:
    """Go on with a paused schedule from today; the days of the pause are left out."""

    def resumed(ctx: Context) -> Schedule:
        _schedule(ctx, schedule)
        return resume_schedule(ctx, schedule)

    return visit.once(resumed)


@routes.post(
    "/schedules/{schedule}/skip",
    WRITE,
    takes=Until,
    gives=Schedule,
    example={"until": "2026-12-31"},
)
def skip_days_of_schedule(visit: Changing, schedule: Id) -> Response:
    """Leave out a schedule's days up to and with one."""
    until = visit.body(Until).until

    def skipped(ctx: Context) -> Schedule:
        _schedule(ctx, schedule)
        return skip_schedule(ctx, schedule, until)

    return visit.once(skipped)


def _schedule(ctx: ReadContext, schedule_id: str) -> Stored[Schedule]:
    try:
        return ctx.tx.load(Schedule, schedule_id)
    except NotFound:
        raise NotFound(
            f"there is no schedule {schedule_id!r}",
            hint="GET /api/v1/schedules lists them",
            code="schedule_not_found",
        ) from None


def _address(made: object) -> str:
    assert isinstance(made, Schedule)
    return f"/api/v1/schedules/{made.id}"
