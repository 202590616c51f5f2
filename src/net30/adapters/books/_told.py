"""Told: what a program's JSON says, read without a float and without trust."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from net30.kernel.errors import InputError, Unavailable
from net30.kernel.money import Money

Json = Mapping[str, Any]  # Any: another program's JSON
_NET = "/Date("


def parsed(content: bytes) -> Json:
    """Return a JSON object whose numbers are exact; raise Unavailable for anything else."""
    try:
        told = json.loads(content, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError) as error:
        raise strange("its answer is no JSON") from error
    if isinstance(told, list):
        return {"": told}
    if not isinstance(told, dict):
        raise strange("its answer is no JSON object")
    return told


def rows(told: Json, name: str) -> Iterator[Json]:
    """Yield the objects of a list; none where there is no list."""
    found = told.get(name)
    for row in found if isinstance(found, list) else ():
        if isinstance(row, dict):
            yield row


def part(told: Json, name: str) -> Json:
    """Return an object in an object; an empty one where there is none."""
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def text(told: Json, name: str) -> str:
    """Return a text, or the digits of a number; empty where there is none."""
    value = told.get(name)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.strip() if isinstance(value, str) else ""


def money(told: Json, name: str, currency: str) -> Money:
    """Return an exact amount; raise InputError for none, or for more decimals than there can be."""
    value = told.get(name)
    try:
        amount = Decimal(value) if isinstance(value, str) else value
    except ArithmeticError:
        amount = None
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise unreadable(f"its {name!r} is no amount", "books_no_amount")
    return Money.of(amount, currency)


def day(told: Json, *names: str) -> date | None:
    """Return the first day that one of the names tells, as ISO writes it or as .NET does."""
    for name in names:
        if value := text(told, name):
            # The day as it is written: that of a place needs no zone.
            return _read(value if value.startswith(_NET) else value[:10]).date()
    return None


def moment(told: Json, name: str) -> datetime | None:
    """Return the moment that a name tells, None where it tells none."""
    value = text(told, name)
    return _read(value) if value else None


def _read(value: str) -> datetime:
    """Return a moment as ISO or .NET writes it: /Date(1775692800000+0000)/."""
    try:
        if value.startswith(_NET):
            digits = value.removeprefix(_NET).split(")")[0].split("+")[0]
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(digits))
        found = datetime.fromisoformat(value)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise unreadable(f"{value[:30]!r} is no day", "books_day") from error


def unreadable(why: str, code: str) -> InputError:
    """Return what is raised when a row cannot be taken as it is."""
    return InputError(why, hint="look at it there", code=code)


def strange(why: str) -> Unavailable:
    """Return what is raised when a program does not answer as it should."""
    return Unavailable(
        f"the accounting program does not answer as one: {why}",
        hint="try again later",
        code="books_answer",
    )
