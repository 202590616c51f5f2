"""Keep the definition of an invoice that comes back; the runner issues from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from net30.domain.customer import Customer
from net30.domain.events import ScheduleChanged
from net30.domain.schedule import Schedule
from net30.kernel.dates import check_date
from net30.ports.store import NEW, Stored
from net30.services.context import Context

Change = Literal["saved", "paused", "resumed", "skipped"]


def save_schedule(ctx: Context, schedule: Schedule) -> Schedule:
    """Write a schedule; an empty id adds a new one.

    What was made already stays made: `made_until` is the runner's. Raises NotFound when its
    customer, or the schedule to be changed, does not exist.
    """
    ctx.tx.load(Customer, schedule.customer_id)
    version, made = NEW, schedule.made_until
    if schedule.id:
        stored = ctx.tx.load(Schedule, schedule.id)
        version, made = stored.version, stored.value.made_until
    saved = replace(schedule, id=schedule.id or ctx.new_id(), made_until=made)
    return _kept(ctx, saved, version, "saved")


def pause_schedule(ctx: Context, schedule_id: str) -> Schedule:
    """Return the schedule, which makes nothing until it is resumed."""
    stored = ctx.tx.load(Schedule, schedule_id)
    return _kept(ctx, replace(stored.value, paused=True), stored.version, "paused")


def resume_schedule(ctx: Context, schedule_id: str) -> Schedule:
    """Return the schedule, which goes on from today; the days of its pause are not made up for."""
    stored = ctx.tx.load(Schedule, schedule_id)
    if not stored.value.paused:
        return stored.value
    return _skipped(ctx, stored, ctx.today - timedelta(days=1), "resumed")


def skip_schedule(ctx: Context, schedule_id: str, until: date) -> Schedule:
    """Return the schedule, running, whose days up to and with one are not made any more."""
    return _skipped(ctx, ctx.tx.load(Schedule, schedule_id), check_date(until), "skipped")


def _skipped(ctx: Context, stored: Stored[Schedule], until: date, change: Change) -> Schedule:
    made = max(stored.value.made_until or date.min, until)
    saved = replace(stored.value, paused=False, made_until=made)
    return _kept(ctx, saved, stored.version, change)


def _kept(ctx: Context, saved: Schedule, version: int, change: Change) -> Schedule:
    ctx.tx.save(saved, expected=version)
    ctx.record(ScheduleChanged(schedule_id=saved.id, change=change, day=ctx.today))
    return saved
