"""Scalars: values that GraphQL has no word for, as the same texts that REST says."""

from __future__ import annotations

from collections.abc import Callable
from typing import NewType

import strawberry
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

Day = NewType("Day", str)
Moment = NewType("Moment", str)
Number = NewType("Number", str)
Content = NewType("Content", str)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is wanted here")
    return value


def _number(value: object) -> str:
    """Return a number's text; a float has lost it already."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError('a decimal number is wanted here, as a text: "12.50"')
    return str(value)


def _scalar(name: str, about: str, parse: Callable[[object], str] = _text) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=about, serialize=str, parse_value=parse)


SCALARS: dict[object, ScalarDefinition] = {
    Day: _scalar("Date", "A day: YYYY-MM-DD."),
    Moment: _scalar("DateTime", "A moment: ISO 8601, with its offset."),
    Number: _scalar("Decimal", 'A decimal number as a text, exact: "12.50".', _number),
    Content: _scalar("Base64", "Bytes in Base64."),
}
__all__ = ["JSON", "SCALARS", "Content", "Day", "Moment", "Number"]
