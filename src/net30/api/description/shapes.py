"""Shapes: the JSON Schema of any result, from the type hints of the result itself."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from net30.kernel.money import Money

Schema = dict[str, Any]  # Any: JSON Schema
Definitions = dict[str, Schema]

_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_MONEY: Schema = {
    "type": "object",
    "description": "An amount with its currency's decimals; the currency is an ISO 4217 code.",
    "properties": {
        "amount": {"type": "string", "pattern": _NUMBER},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
    "required": ["amount", "currency"],
    "example": {"amount": "3600000", "currency": "XOF"},
}
_PLAIN: tuple[tuple[type, Schema], ...] = (
    (bool, {"type": "boolean"}),
    (int, {"type": "integer"}),
    (float, {"type": ["number", "null"]}),  # not a number and infinity are null
    (Decimal, {"type": "string", "pattern": _NUMBER}),
    (datetime, {"type": "string", "format": "date-time"}),
    (date, {"type": "string", "format": "date"}),
    (bytes, {"type": "string", "contentEncoding": "base64"}),
    (str, {"type": "string"}),
)


def shape_of(kind: Any, known: Definitions) -> Schema:  # Any: a type, or a union of types
    """Return the schema of what `jsonable` makes of a type; records go to the definitions."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return shape_of(args[0], known)
    if origin in (Union, types.UnionType):
        return _union([shape_of(one, known) for one in args])
    if origin is Literal:
        return {"enum": list(args)}
    if kind is None or kind is types.NoneType:
        return {"type": "null"}
    if isinstance(origin, type) and is_dataclass(origin):
        return _record(origin, args, known)
    container = origin or kind
    if isinstance(container, type):
        return _of_class(container, args, known)
    return {}


def _of_class(kind: type, args: tuple[Any, ...], known: Definitions) -> Schema:
    if kind is Money:
        known["Money"] = _MONEY
        return _reference("Money")
    if is_dataclass(kind):
        return _record(kind, (), known)
    if issubclass(kind, Enum):
        return {"enum": [one.value for one in kind]}
    for plain, schema in _PLAIN:
        if issubclass(kind, plain):
            return dict(schema)
    if issubclass(kind, Mapping):
        return {
            "type": "object",
            "additionalProperties": shape_of(args[1], known) if args else True,
        }
    if issubclass(kind, Sequence | set | frozenset):
        return _sequence(args, known)
    return {}


def _sequence(args: tuple[Any, ...], known: Definitions) -> Schema:
    if not args:
        return {"type": "array"}
    if len(args) == 1 or args[-1] is ...:
        return {"type": "array", "items": shape_of(args[0], known)}
    return {"type": "array", "prefixItems": [shape_of(one, known) for one in args]}


def _record(kind: type, args: tuple[Any, ...], known: Definitions) -> Schema:
    name = "".join([*(one.__name__ for one in args if isinstance(one, type)), kind.__name__])
    module = f"{kind.__module__}.{kind.__name__}"
    if known.get(name, {}).get("x-type", module) != module:
        name = f"{kind.__module__.rpartition('.')[2].title().replace('_', '')}{name}"
    if name not in known:
        known[name] = {"x-type": module}  # holds the place, should a record contain itself
        hints = get_type_hints(kind)
        variables = dict(zip(getattr(kind, "__parameters__", ()), args, strict=False))
        properties = {
            field.name: shape_of(_filled(hints[field.name], variables), known)
            for field in fields(kind)
        }
        known[name] |= {
            "type": "object",
            "description": (kind.__doc__ or "").partition("\n")[0],
            "properties": properties,
            "required": list(properties),
        }
    return _reference(name)


def _filled(hint: Any, variables: Mapping[Any, Any]) -> Any:  # Any: type hints
    if isinstance(hint, TypeVar):
        return variables.get(hint, hint)
    parameters = getattr(hint, "__parameters__", ())
    return hint[tuple(variables[one] for one in parameters)] if parameters and variables else hint


def _union(schemas: list[Schema]) -> Schema:
    found = [one for at, one in enumerate(schemas) if one not in schemas[:at]]
    return found[0] if len(found) == 1 else {"anyOf": found}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
