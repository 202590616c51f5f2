"""Scalars: values that GraphQL has no word for, as the same texts that REST says."""

from __future__ import annotations

from typing import Any, NewType

import strawberry
from strawberry.scalars import JSON


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is wanted here")
    return value


def _number(value: object) -> str:
    """Return a number's text; a float has lost it already."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError('a decimal number is wanted here, as a text: "12.50"')
    return str(value)


def _scalar(name: str, about: str, parse: Any) -> Any:  # Any: Strawberry's own wrapper
    return strawberry.scalar(
        NewType(name, str), name=name, description=about, serialize=str, parse_value=parse
    )


Day = _scalar("Date", "A day: YYYY-MM-DD.", _text)
Moment = _scalar("DateTime", "A moment: ISO 8601, with its offset.", _text)
Number = _scalar("Decimal", 'A decimal number as a text, exact: "12.50".', _number)
Content = _scalar("Base64", "Bytes in Base64.", _text)
__all__ = ["JSON", "Content", "Day", "Moment", "Number"]
