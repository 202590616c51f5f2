"""Dates: parsing what people write in ISO form, and the calendar sums that terms need."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from net30.kernel.errors import InputError

YEAR_MIN = 1900
YEAR_MAX = 2200
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN_CHARACTERS = 60


def parse_date(text: str) -> date:
    """Read an ISO date such as 2026-11-21.

    Raises InputError for a date that does not exist or lies outside 1900-2200.

    >>> parse_date("2026-02-28")
    datetime.date(2026, 2, 28)
    """
    written = text.strip()
    try:
        # fromisoformat also takes 20261121 and 2026-W47-6, which people mistype more than mean.
        day = date.fromisoformat(written if _ISO.fullmatch(written) else "")
    except ValueError:
        raise InputError(
            f"{written[:_SHOWN_CHARACTERS]!r} is not a date",
            hint="write it as YYYY-MM-DD, e.g. 2026-11-21",
            code="date",
        ) from None
    return check_date(day)


def check_date(day: date) -> date:
    """Return the day when its year is believable; raise InputError otherwise."""
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        raise InputError(
            f"the year of {day.isoformat()} is not between {YEAR_MIN} and {YEAR_MAX}",
            hint="check the year",
            code="date",
        )
    return day


def end_of_month(day: date) -> date:
    """Return the last day of the month.

    >>> end_of_month(date(2028, 2, 3))
    datetime.date(2028, 2, 29)
    """
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_days(day: date, days: int) -> date:
    """Return the day so many days later; raise InputError when that leaves the calendar."""
    try:
        return check_date(day + timedelta(days=days))
    except OverflowError:
        raise InputError(
            f"{days} days after {day.isoformat()} is beyond the calendar",
            hint="check the number of days",
            code="date",
        ) from None


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last day when it is shorter.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise InputError(
            f"{months} months after {day.isoformat()} is beyond the calendar",
            hint="check the number of months",
            code="date",
        )
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
