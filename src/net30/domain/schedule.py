"""Schedule: an invoice that comes back every so many weeks or months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from net30.domain.drafting import NewInvoice
from net30.kernel.dates import add_days, add_months
from net30.kernel.errors import InputError

EVERY_MAX = 120


class Making(StrEnum):
    """What a schedule makes on each of its days."""

    DRAFT = "draft"
    ISSUE = "issue"
    SEND = "send"


class Unit(StrEnum):
    """What a schedule counts in."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """An invoice to be repeated: every `every` units from `start`, until `end` if given.

    `id` is empty until it is kept; `made_until` is the last day whose invoice was made; only the
    runner moves it, never back.
    """

    id: str = ""
    invoice: NewInvoice
    start: date
    every: int = 1
    unit: Unit = Unit.MONTH
    end: date | None = None
    paused: bool = False
    making: Making = Making.ISSUE
    made_until: date | None = None

    def __post_init__(self) -> None:
        """Refuse a schedule that would never or always be due."""
        if not 1 <= self.every <= EVERY_MAX:
            raise InputError(
                f"every {self.every} {self.unit}s is no schedule",
                hint=f"give a number between 1 and {EVERY_MAX}",
                code="schedule",
            )
        if self.end is not None and self.end < self.start:
            raise InputError(
                f"the schedule would end on {self.end}, before it starts on {self.start}",
                hint="give an end on or after the start",
                code="schedule",
            )

    @property
    def customer_id(self) -> str:
        """Return whom the schedule invoices."""
        return self.invoice.customer_id

    def due_days(self, last: date) -> Iterator[date]:
        """Yield the days up to and with `last` whose invoice is to be made; none while paused."""
        if self.paused:
            return
        for day in self.days_until(last):
            if self.made_until is None or day > self.made_until:
                yield day

    def next_day(self) -> date | None:
        """Return the first day whose invoice was not made yet; None after the last."""
        step = 0
        while (day := self._day(step)) <= (self.made_until or date.min):
            step += 1
        return None if self.end and day > self.end else day

    def days_until(self, last: date) -> Iterator[date]:
        """Yield the issue days up to and with `last`, counted from the start so none drifts.

        A schedule of the 31st falls on the last day of shorter months.
        """
        stop = min(last, self.end) if self.end else last
        step = 0
        while (day := self._day(step)) <= stop:
            yield day
            step += 1

    def _day(self, step: int) -> date:
        count = step * self.every
        if self.unit is Unit.WEEK:
            return add_days(self.start, 7 * count)
        return add_months(self.start, count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """The invoice that a schedule made for one of its days; its `id` can be taken only once."""

    id: str
    schedule_id: str
    day: date
    invoice_id: str


def occurrence_id(schedule_id: str, day: date) -> str:
    """Return the key of a schedule's day: the same for every run and every process."""
    return f"{schedule_id}.{day.isoformat()}"
