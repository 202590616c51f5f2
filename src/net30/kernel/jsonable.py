"""Jsonable: any result as JSON can hold it; the same for the command line and the web."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from math import isfinite
from pathlib import Path

from net30.kernel.decimals import plain
from net30.kernel.money import Money

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def jsonable(value: object) -> Json:
    """Return a result as JSON knows it: amounts as {amount, currency} with decimal strings."""
    match value:
        case None | bool() | int():
            return value
        case float():  # a chance or a figure, never an amount; JSON has no 'not a number'
            return value if isfinite(value) else None
        case Enum():
            return str(value.value)
        case str():
            return value
        case Money():
            return {"amount": f"{value.amount:f}", "currency": value.currency}
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case Path():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode()
        case Mapping():
            return {str(key): jsonable(entry) for key, entry in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [jsonable(entry) for entry in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: jsonable(getattr(value, field.name)) for field in fields}
    raise TypeError(f"{type(value)} has no JSON form")
