"""Plain: answers as JSON text and back, for caches outside the process; never a pickle.

What Python's own values cannot say in JSON is a list that begins with a tag. Only net30's frozen
classes and enumerations are written by name, and only such are made when a text is read.
"""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any

OURS = "net30."

Plain = Any  # what json knows
_Value = Any  # an answer, or a part of one


class NotPlain(TypeError):
    """A value that cannot be written: another process would not get back what it is."""


def to_text(value: object) -> str:
    """Return a value as text, equal values as equal texts; raise NotPlain for other classes."""
    return json.dumps(_plain(value), separators=(",", ":"))


def from_text(text: str) -> object:
    """Return the value of a text; raise ValueError when it holds none."""
    try:
        return _value(json.loads(text))
    except (AttributeError, ImportError, KeyError, TypeError, IndexError, ArithmeticError) as error:
        raise ValueError(f"no answer can be read: {error}") from error


def _plain(value: _Value) -> Plain:
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    write = _WRITERS.get(kind)
    if write is not None:
        return write(value)
    if isinstance(value, Enum) and _is_ours(kind):
        return ["enum", _path(kind), value.name]
    if is_dataclass(kind) and _is_ours(kind):
        return ["class", _path(kind), {name: _plain(getattr(value, name)) for name in _names(kind)}]
    raise NotPlain(f"{kind.__module__}.{kind.__qualname__} cannot be written")


def _integer(value: int) -> Plain:
    return value if -(2**53) < value < 2**53 else ["int", str(value)]


def _float(value: float) -> Plain:
    return value if math.isfinite(value) else ["float", repr(value)]


def _listed(tag: str) -> Callable[[_Value], Plain]:
    return lambda value: [tag, *map(_plain, value)]


def _unordered(value: frozenset[object]) -> Plain:
    return ["frozenset", *(_plain(one) for one in sorted(value, key=to_text))]


_WRITERS: dict[type, Callable[[_Value], Plain]] = {
    int: _integer,
    float: _float,
    Decimal: lambda value: ["decimal", str(value)],
    date: lambda value: ["date", value.isoformat()],
    datetime: lambda value: ["datetime", value.isoformat()],
    bytes: lambda value: ["bytes", b64encode(value).decode()],
    tuple: _listed("tuple"),
    list: _listed("list"),
    frozenset: _unordered,
    dict: lambda value: ["dict", *([_plain(key), _plain(one)] for key, one in value.items())],
}


@cache
def _class(path: str) -> _Value:
    """Return a frozen class or an enumeration of net30; nothing else can be made by a text."""
    module, _, name = path.partition(":")
    if not module.startswith(OURS):
        raise ValueError(f"{module} is not ours")
    kind = import_module(module)
    for part in name.split("."):
        kind = getattr(kind, part)
    if not isinstance(kind, type) or not _is_ours(kind) or _path(kind) != path:
        raise ValueError(f"{path} is no class of ours")
    if not (is_dataclass(kind) or issubclass(kind, Enum)):
        raise ValueError(f"{path} is no record")
    return kind


_READERS: dict[str, Callable[..., _Value]] = {
    "int": int,
    "float": float,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "bytes": lambda text: b64decode(text, validate=True),
    "tuple": lambda *rest: tuple(map(_value, rest)),
    "list": lambda *rest: list(map(_value, rest)),
    "frozenset": lambda *rest: frozenset(map(_value, rest)),
    "dict": lambda *rest: {_value(key): _value(one) for key, one in rest},
    "enum": lambda path, name: _class(path)[name],
    "class": lambda path, given: _class(path)(**{name: _value(one) for name, one in given.items()}),
}


def _value(plain: Plain) -> _Value:
    if not isinstance(plain, list):
        return plain
    tag, *rest = plain
    return _READERS[tag](*rest)


@cache
def _names(kind: type) -> tuple[str, ...]:
    found = fields(kind)
    if not all(field.init for field in found):
        raise NotPlain(f"{kind.__qualname__} has fields that cannot be given")
    return tuple(field.name for field in found)


def _is_ours(kind: type) -> bool:
    return kind.__module__.startswith(OURS)


def _path(kind: type) -> str:
    if "<" in kind.__qualname__:
        raise NotPlain(f"{kind.__qualname__} is known inside a function only")
    return f"{kind.__module__}:{kind.__qualname__}"
