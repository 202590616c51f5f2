"""Inputs: what can be sent, made from the type hints of the same records that REST takes.

What was sent becomes the JSON that REST takes, so one reader judges both and finds the same faults.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import strawberry

from net30.api.deprecation import GOES
from net30.api.graphql.schema.records import Kind, Names, Records, first_sentence, list_of
from net30.api.graphql.schema.scalars import JSON, Number
from net30.documents.codec import IN_SCHEMA
from net30.kernel.money import Money


@strawberry.input(name="MoneyInput", description="An amount with its currency's decimals.")
class MoneySent:
    """An amount as it is sent."""

    amount: Number
    currency: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """The input types made so far, by the record they stand for."""

    names: Names
    records: Records
    made: dict[type, Kind] = field(default_factory=dict)

    def shape(self, hint: Kind) -> Kind:
        """Return the GraphQL input type of a type hint."""
        origin: Kind = get_origin(hint)
        args = get_args(hint)
        if origin is Annotated:
            return self.shape(args[0])
        if origin in (Union, types.UnionType):
            inner = [self.shape(one) for one in args if one is not types.NoneType]
            return (inner[0] if len(inner) == 1 else JSON) | None
        if hint is Money:
            return MoneySent
        if is_dataclass(hint) and isinstance(hint, type):
            return self.record(hint)
        container = origin or hint
        if not isinstance(container, type) or issubclass(container, Mapping):
            return JSON
        if issubclass(container, Sequence | set | frozenset) and not issubclass(container, str):
            return list_of(self.shape(args[0]))
        return self.records.shape(hint)

    def record(self, kind: type) -> Kind:
        """Return the input type of a record; what has a default may be left out."""
        if kind not in self.made:
            hints = get_type_hints(kind, include_extras=True)
            content: dict[str, object] = {"__annotations__": {}}
            for one in fields(kind):
                shape = self.shape(hints[one.name])
                if not is_required(one):
                    shape = shape | None
                    content[one.name] = _left_out(one)
                content["__annotations__"][one.name] = shape  # type: ignore[index] # a dict
            name = self.names.of(kind, "Input")
            sent = type(name, (), content)
            self.made[kind] = strawberry.input(sent, name=name, description=first_sentence(kind))
        return self.made[kind]


def _left_out(one: Field[Any]) -> object:
    """Return what stands for a field that need not be sent; one that goes away says so."""
    until = one.metadata.get(IN_SCHEMA, {}).get(GOES)
    if not until:
        return strawberry.UNSET
    return strawberry.field(default=strawberry.UNSET, deprecation_reason=f"read until {until}")


def is_required(one: Field[Any]) -> bool:
    """Tell whether a record cannot be made without a field."""
    return one.default is MISSING and one.default_factory is MISSING


def plain(sent: object, kind: Kind = None) -> object:
    """Return what was sent as JSON; `kind` is the record that it stands for.

    A null for a field that is never null means that it is left out, as GraphQL clients say it.
    """
    if isinstance(sent, Enum):
        return sent.value
    if isinstance(sent, list | tuple):
        return [plain(one, _inner(kind)) for one in sent]
    if is_dataclass(sent):
        hints = _hints(kind)
        return {
            one.name: plain(value, _inner(hints.get(one.name)))
            for one in fields(sent)
            if (value := getattr(sent, one.name)) is not strawberry.UNSET
            and not (value is None and not _may_be_null(hints.get(one.name)))
        }
    return sent


def _hints(kind: Kind) -> dict[str, Kind]:
    is_record = isinstance(kind, type) and is_dataclass(kind) and kind is not Money
    return get_type_hints(kind) if is_record else {}


def _may_be_null(hint: Kind) -> bool:
    return types.NoneType in get_args(hint)


def _inner(hint: Kind) -> Kind:
    """Return the record inside an optional or a list of records."""
    found = [one for one in get_args(hint) if one not in (types.NoneType, ...)]
    return _inner(found[0]) if found and not (isinstance(hint, type)) else hint
