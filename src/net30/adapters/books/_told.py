"""Told: what a program's JSON says, read without a float and without trust."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from net30.kernel.decimals import EXACT
from net30.kernel.errors import InputError, Unavailable
from net30.kernel.money import Money, digits_of

Json = Mapping[str, Any]  # Any: another program's JSON


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
        raise InputError(f"its {name} is no amount", hint="look at it there", code="books_row")
    # 10.5000 is 10.50: only digits that say something are too many.
    return Money.of(trimmed(amount, currency), currency)


def trimmed(amount: Decimal, currency: str) -> Decimal:
    """Return the same amount without zeros behind what its currency has."""
    least = Decimal(1).scaleb(-digits_of(currency), EXACT)
    short = EXACT.quantize(amount, least)
    return short if short == amount else amount


def day(told: Json, *names: str) -> date | None:
    """Return the first day that one of the names tells, as ISO writes it or as .NET does."""
    for name in names:
        value = text(told, name)
        if value.startswith("/Date("):
            return moment_of_net(value).date()
        if value:
            try:
                return date.fromisoformat(value[:10])
            except ValueError as error:
                raise InputError(
                    f"its {name} {value[:30]!r} is no day",
                    hint="look at it there",
                    code="books_row",
                ) from error
    return None


def moment_of_net(value: str) -> datetime:
    """Return the moment that .NET writes as /Date(1775692800000+0000)/."""
    digits = value.removeprefix("/Date(").split(")")[0].split("+")[0]
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(digits))
    except (ValueError, OverflowError) as error:
        raise InputError(
            f"{value[:30]!r} is no moment", hint="look at it there", code="books_row"
        ) from error


def strange(why: str) -> Unavailable:
    """Return what is raised when a program does not answer as it should."""
    return Unavailable(
        f"the accounting program does not answer as one: {why}",
        hint="try again later",
        code="books_answer",
    )
