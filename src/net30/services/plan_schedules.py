"""Plan the recurring invoices of a day: which would be made, and what is held back and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from net30.domain.customer import Customer
from net30.domain.schedule import Making, Schedule
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.context import ReadContext

CAUGHT_UP_MAX = 12
"""More missed days of one schedule than this need a person: a wrong start is likelier."""

PARKED = "parked"
TOO_MANY = "too_many_missed"
BOUND = "daily_bound"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueOccurrence:
    """One day of a schedule whose invoice is to be made."""

    schedule_id: str
    customer: str
    day: date
    making: Making


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSchedule:
    """A schedule, or one day of it, that nothing was made of, and why."""

    schedule_id: str
    customer: str
    day: date
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePlan:
    """What would be made, oldest day first within a schedule, and what is held back."""

    as_of: date
    due: tuple[DueOccurrence, ...]
    held: tuple[HeldSchedule, ...]


def plan_schedules(ctx: ReadContext, as_of: date | None = None) -> SchedulePlan:
    """Return what the recurring invoices of a day (today) are; missed days are among them."""
    day = as_of or ctx.today
    due: list[DueOccurrence] = []
    held: list[HeldSchedule] = []
    for schedule in schedules(ctx):
        days = list(schedule.due_days(day))
        if not days:
            continue
        customer = ctx.tx.load(Customer, schedule.customer_id).value
        reason = PARKED if customer.parked else TOO_MANY if len(days) > CAUGHT_UP_MAX else ""
        if reason:
            hint = _hint(schedule, reason, len(days))
            held.append(
                HeldSchedule(
                    schedule_id=schedule.id,
                    customer=customer.name,
                    day=days[0],
                    reason=reason,
                    hint=hint,
                )
            )
            continue
        due += [
            DueOccurrence(
                schedule_id=schedule.id, customer=customer.name, day=one, making=schedule.making
            )
            for one in days
        ]
    return SchedulePlan(as_of=day, due=tuple(due), held=tuple(held))


def schedules(ctx: ReadContext) -> Iterator[Schedule]:
    """Yield all schedules, by id."""
    after = ""
    while page := ctx.tx.page(Schedule, after=after, limit=PAGE_ROWS_MAX):
        yield from (stored.value for stored in page)
        after = page[-1].value.id


def _hint(schedule: Schedule, reason: str, days: int) -> str:
    if reason == PARKED:
        return "the customer is parked: net30 collect unpark lets it go on"
    return f"{days} days are due at once: net30 recurring skip {schedule.id} DAY leaves some out"
