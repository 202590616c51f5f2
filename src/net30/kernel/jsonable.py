"""Jsonable: any result as JSON can hold it; the same for the command line and the web."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from math import isfinite
from operator import attrgetter
from pathlib import Path
from typing import Any

from net30.kernel.decimals import plain
from net30.kernel.money import Money

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


_Write = Callable[[Any], Json]  # Any: a value of the type that it is kept for
_WRITERS: dict[type, _Write] = {}


def jsonable(value: object) -> Json:
    """Return a result as JSON knows it: amounts as {amount, currency} with decimal strings."""
    kind = type(value)
    write = _WRITERS.get(kind)
    if write is None:
        write = _WRITERS[kind] = _writer_of(kind)
    return write(value)


def _writer_of(kind: type) -> _Write:
    """Return how values of a type are written; the first that fits counts."""
    if issubclass(kind, Enum):
        return {one: str(one.value) for one in kind}.__getitem__
    for base, write in _BY_BASE:
        if issubclass(kind, base):
            return write
    if dataclasses.is_dataclass(kind):
        return _record_writer(tuple(field.name for field in dataclasses.fields(kind)))
    raise TypeError(f"{kind} has no JSON form")


def _record_writer(names: tuple[str, ...]) -> _Write:
    if len(names) < 2:  # noqa: PLR2004 - of one name attrgetter returns no tuple
        return lambda value: {name: jsonable(getattr(value, name)) for name in names}
    fields_of = attrgetter(*names)

    def written(value: Any) -> Json:  # Any: of the type that has these fields
        each = zip(names, fields_of(value), strict=True)
        return {name: one if type(one) in _AS_IT_IS else jsonable(one) for name, one in each}

    return written


_AS_IT_IS = frozenset({str, type(None), bool, int})
"""What most fields hold: JSON has it, and nothing need be looked up."""


def _itself(value: Any) -> Json:  # Any: of a type that JSON has
    known: Json = value
    return known


def _entries(value: Mapping[object, object]) -> Json:
    return {str(key): jsonable(entry) for key, entry in value.items()}


def _list(value: Iterable[object]) -> Json:
    return [jsonable(entry) for entry in value]


def _money(value: Money) -> Json:
    return {"amount": f"{value.amount:f}", "currency": value.currency}


_BY_BASE: tuple[tuple[type, _Write], ...] = (
    (type(None), _itself),
    (int, _itself),  # of which bool is one
    # a chance or a figure, never an amount; JSON has no 'not a number'
    (float, lambda value: value if isfinite(value) else None),
    (str, _itself),
    (Money, _money),
    (Decimal, plain),
    (date, lambda value: str(value.isoformat())),
    (Path, str),
    (bytes, lambda value: base64.b64encode(value).decode()),
    (Mapping, _entries),
    (Sequence, _list),
    (set, _list),
    (frozenset, _list),
)
