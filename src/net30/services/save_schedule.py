"""Keep the definition of an invoice that comes back; the runner issues from it."""

from __future__ import annotations

from dataclasses import replace

from net30.domain.customer import Customer
from net30.domain.schedule import Schedule
from net30.ports.store import NEW
from net30.services.context import Context


def save_schedule(ctx: Context, schedule: Schedule) -> Schedule:
    """Write a schedule; an empty id adds a new one.

    Raises NotFound when its customer, or the schedule to be changed, does not exist.
    """
    ctx.tx.load(Customer, schedule.customer_id)
    version = ctx.tx.load(Schedule, schedule.id).version if schedule.id else NEW
    saved = replace(schedule, id=schedule.id or ctx.new_id())
    ctx.tx.save(saved, expected=version)
    return saved
