"""Codec: domain records as plain JSON values and back, led by the records' own type hints.

Amounts, quantities and rates are decimal strings, so no reader's float can touch them. Fields that
hold their default are left out. Everything wrong with a document is told at once, each with its
path.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from net30.documents.einvoice.kinds import amount_text
from net30.kernel.dates import parse_date
from net30.kernel.decimals import parse_decimal
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding, Severity
from net30.kernel.money import Money

Plain = Any
"""What the json module reads and writes: its type is known only where a hint says so."""

Faults = list[Finding]

NOT_KEPT = "; it is not kept"
"""How it ends what is said of a field that a document has and a record does not."""

IN_SCHEMA = "in_schema"
"""The metadata of a field of which the schema tells more than its type."""

BROKEN = object()
"""Stands for a value that could not be read; the faults say why."""


def to_plain(value: Any) -> Plain:
    """Return a record, or any value inside one, as JSON can hold it."""
    if isinstance(value, Money):
        return {"amount": amount_text(value), "currency": value.currency}
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_plain(getattr(value, field.name))
            for field in fields(value)
            if _differs(field, getattr(value, field.name))
        }
    for kind, (spell, _) in _SCALARS.items():
        if isinstance(value, kind):
            return spell(value)
    if isinstance(value, tuple):
        return [to_plain(entry) for entry in value]
    return value


def from_plain(kind: Any, plain: Plain, path: str, faults: Faults) -> Any:
    """Return the value of a type, or BROKEN with at least one more fault."""
    return _reader(kind)(plain, path, faults)


def schema_of(kind: Any, definitions: dict[str, Plain]) -> Plain:
    """Return the JSON Schema of a type; records go to the definitions, under their names."""
    if get_origin(kind) is UnionType:
        (inner,) = (one for one in get_args(kind) if one is not NoneType)
        return {"anyOf": [schema_of(inner, definitions), {"type": "null"}]}
    if get_origin(kind) is tuple:
        first, *rest = get_args(kind)
        items = schema_of(first, definitions)
        if rest == [...]:
            return {"type": "array", "items": items}
        return {"type": "array", "items": items, "minItems": 2, "maxItems": 2}
    if is_dataclass(kind):
        name = kind.__name__  # type: ignore[union-attr]  # is_dataclass does not tell that it is a class
        if name not in definitions:
            definitions[name] = {}  # holds the place, should a record contain itself
            definitions[name] = (
                _MONEY_SCHEMA if kind is Money else _record_schema(kind, definitions)
            )
        return {"$ref": f"#/$defs/{name}"}
    if issubclass(kind, StrEnum):
        return {"enum": [str(one) for one in kind]}
    return dict(_SCALAR_SCHEMAS[kind])


def currencies_in(plain: Plain, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the currency of every amount in a plain document, with its path."""
    if isinstance(plain, list):
        for at, entry in enumerate(plain):
            yield from currencies_in(entry, f"{path}[{at}]")
    elif isinstance(plain, dict):
        if "amount" in plain and isinstance(plain.get("currency"), str):
            yield path, plain["currency"]
        for name, entry in plain.items():
            if isinstance(entry, dict | list):
                yield from currencies_in(entry, f"{path}.{name}" if path else name)


Reader = Callable[[Plain, str, Faults], Any]


@cache
def _reader(kind: Any) -> Reader:
    """Return the function that reads values of a type, found once for each type."""
    if get_origin(kind) is UnionType:
        (inner,) = (_reader(one) for one in get_args(kind) if one is not NoneType)
        return lambda plain, path, faults: None if plain is None else inner(plain, path, faults)
    if get_origin(kind) is tuple:
        return partial(_read_tuple, get_args(kind))
    if kind is Money:
        return _read_money
    if is_dataclass(kind):
        known = {field.name: _is_required(field) for field in fields(kind)}
        return partial(_read_record, kind, known)
    if kind in (bool, int):
        return partial(_read_exactly, kind)
    return partial(_read_text, kind)


def _read_exactly(kind: type, plain: Plain, path: str, faults: Faults) -> Any:
    good = type(plain) is kind
    return plain if good else _broken(faults, "type", path, f"{_NAMES[kind]} is wanted here")


def _read_text(kind: Any, plain: Plain, path: str, faults: Faults) -> Any:
    if not isinstance(plain, str):
        return _broken(faults, "type", path, f"{_NAMES.get(kind, 'a text')} is wanted here")
    try:
        if issubclass(kind, StrEnum):
            return kind(plain)
        return _SCALARS[kind][1](plain) if kind in _SCALARS else plain
    except InputError as error:
        return _broken(faults, error.code, path, error.message)
    except (ValueError, binascii.Error):
        wanted = _NAMES.get(kind) or f"one of {', '.join(map(repr, map(str, kind)))}"
        return _broken(faults, "value", path, f"{plain[:40]!r} is not {wanted}")


def _read_tuple(kinds: tuple[Any, ...], plain: Plain, path: str, faults: Faults) -> Any:
    if not isinstance(plain, list):
        return _broken(faults, "type", path, "a list is wanted here")
    if kinds[-1] is not ... and len(plain) != len(kinds):
        return _broken(faults, "length", path, f"{len(kinds)} entries are wanted here")
    read = _reader(kinds[0])
    entries = tuple(read(entry, f"{path}[{at}]", faults) for at, entry in enumerate(plain))
    return BROKEN if any(entry is BROKEN for entry in entries) else entries


def _read_money(plain: Plain, path: str, faults: Faults) -> Any:
    if not isinstance(plain, dict) or not all(
        isinstance(plain.get(name), str) for name in ("amount", "currency")
    ):
        return _broken(
            faults, "type", path, 'an amount is wanted here: {"amount": "12.50", "currency": "EUR"}'
        )
    try:
        return Money.of(plain["amount"], plain["currency"])
    except InputError as error:
        return _broken(faults, error.code, path, error.message)


def _read_record(
    kind: Any, known: Mapping[str, bool], plain: Plain, path: str, faults: Faults
) -> Any:
    if not isinstance(plain, dict):
        return _broken(faults, "type", path, f"an object is wanted here ({kind.__name__})")
    hints, before = _hints(kind), f"{path}." if path else ""
    values: dict[str, Any] = {}
    for name, value in plain.items():
        if name in known:
            values[name] = _reader(hints[name])(value, before + name, faults)
        else:
            message = f"{kind.__name__} has no field {name[:40]!r}; there are: {', '.join(known)}"
            faults.append(
                Finding("unknown_field", before + name, message + NOT_KEPT, Severity.WARNING)
            )
    for name, required in known.items():
        if required and name not in values:
            values[name] = _broken(faults, "missing", before + name, f"{name} is missing")
    if any(value is BROKEN for value in values.values()):
        return BROKEN
    try:
        return kind(**values)
    except InputError as error:
        return _broken(faults, error.code, path, error.message)


def _record_schema(kind: Any, definitions: dict[str, Plain]) -> Plain:
    hints = _hints(kind)
    required = [field.name for field in fields(kind) if _is_required(field)]
    schema: dict[str, Plain] = {
        "type": "object",
        "description": (kind.__doc__ or "").partition("\n")[0],
        "properties": {
            field.name: schema_of(hints[field.name], definitions)
            | dict(field.metadata.get(IN_SCHEMA, {}))
            for field in fields(kind)
        },
        "additionalProperties": False,
    }
    return schema | ({"required": required} if required else {})


def _broken(faults: Faults, code: str, path: str, message: str) -> object:
    faults.append(Finding(f"json_{code}", path, message))
    return BROKEN


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _differs(field: Field[Any], value: Any) -> bool:
    return _is_required(field) or value != field.default


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _read_bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_SCALARS: dict[type, tuple[Callable[[Any], str], Callable[[str], Any]]] = {
    StrEnum: (str, str),
    Decimal: (lambda value: f"{value:f}", parse_decimal),
    date: (date.isoformat, parse_date),
    bytes: (lambda value: base64.b64encode(value).decode("ascii"), _read_bytes),
}
_NAMES: dict[Any, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    Decimal: 'a number as text, such as "12.50",',
    date: 'a date such as "2026-11-21"',
    bytes: "base64",
}
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)$"
_SCALAR_SCHEMAS: dict[type, Plain] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    Decimal: {"type": "string", "pattern": _NUMBER},
    date: {"type": "string", "format": "date"},
    bytes: {"type": "string", "contentEncoding": "base64"},
}
_MONEY_SCHEMA: Plain = {
    "type": "object",
    "description": "An amount with its currency's decimals; the currency is an ISO 4217 code.",
    "properties": {
        "amount": {"type": "string", "pattern": _NUMBER},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
    "required": ["amount", "currency"],
    "additionalProperties": False,
}
