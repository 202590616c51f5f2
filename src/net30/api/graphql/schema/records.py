"""Records: the types of the graph, made from the type hints of the same results that REST gives.

A record's value is what `jsonable` makes of it, so both faces say the same of a thing.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.field import StrawberryField

from net30.api.graphql.schema.nodes import NODES, NodeShown
from net30.api.graphql.schema.scalars import JSON, Content, Day, Moment, Number
from net30.kernel.money import Money

Kind: TypeAlias = Any  # a type hint, or what Strawberry makes of one: neither has a type of its own
Value: TypeAlias = Any  # JSON

_PLAIN: tuple[tuple[type, Kind], ...] = (
    (bool, bool),
    (int, int),
    (float, float | None),  # not a number and infinity are null
    (Decimal, Number),
    (datetime, Moment),
    (date, Day),
    (bytes, Content),
    (str, str),
)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the graph's types; two records of one name are told apart by their files."""

    taken: dict[str, type] = field(default_factory=dict)

    def of(self, kind: type, suffix: str = "") -> str:
        """Return the name of a record's type."""
        name = f"{kind.__name__}{suffix}"
        if self.taken.setdefault(name, kind) is not kind:
            place = kind.__module__.rpartition(".")[2].title().replace("_", "")
            name = f"{place}{name}"
            self.taken[name] = kind
        return name


@dataclass(frozen=True, slots=True)
class Records:
    """The object types made so far, by the record they show."""

    names: Names
    made: dict[type, Kind] = field(default_factory=dict)
    enums: dict[type, Kind] = field(default_factory=dict)

    def shape(self, hint: Kind) -> Kind:
        """Return the GraphQL type of a type hint."""
        origin: Kind = get_origin(hint)
        args = get_args(hint)
        if origin is Annotated:
            return self.shape(args[0])
        if origin in (Union, types.UnionType):
            return self._union(args)
        if origin is Literal:
            return str
        kind = origin or hint
        if not isinstance(kind, type):
            return JSON
        return self._of_class(kind, args)

    def record(self, kind: type) -> Kind:
        """Return the object type of a record, made when it is first wanted."""
        if kind not in self.made:
            name = self.names.of(kind)
            node = kind in NODES
            shown = self.made[kind] = new_type(name, first_sentence(kind), node=node)
            for one, hint in get_type_hints(kind).items():
                if one in {part.name for part in fields(kind)} and not (node and one == "id"):
                    add_field(shown, one, self.shape(hint))
        return self.made[kind]

    def enum(self, kind: type[Enum]) -> Kind:
        """Return the GraphQL enum of one of ours; a text where its names are none in GraphQL."""
        if kind not in self.enums:
            members = {one.name: one.value for one in kind}
            plain = Enum(self.names.of(kind), members)  # type: ignore[misc] # made from another
            self.enums[kind] = strawberry.enum(plain, description=first_sentence(kind))
        return self.enums[kind]

    def _union(self, args: tuple[Kind, ...]) -> Kind:
        shapes = [self.shape(one) for one in args if one is not types.NoneType]
        shape = shapes[0] if all(one is shapes[0] for one in shapes) else JSON
        return shape | None if len(shapes) < len(args) else shape

    def _of_class(self, kind: type, args: tuple[Kind, ...]) -> Kind:
        if kind is Money:
            return MoneyShown
        if is_dataclass(kind) and not args:
            return self.record(kind)
        if issubclass(kind, Enum):
            return self.enum(kind)
        for plain, shape in _PLAIN:
            if issubclass(kind, plain):
                return shape
        if issubclass(kind, Mapping) or not issubclass(kind, Sequence | set | frozenset):
            return JSON
        return list_of(self.shape(args[0])) if args else JSON


@strawberry.type(name="Money", description="An amount with its currency's decimals.")
class MoneyShown:
    """An amount as the graph shows it."""

    amount: Number
    currency: str


def new_type(name: str, about: str, *, node: bool = False) -> Kind:
    """Return an object type without fields, so that its fields may lead back to it.

    A node has its id.
    """
    bases = (NodeShown,) if node else ()
    made: Kind = strawberry.type(type(name, bases, {}), name=name, description=about)
    if node:  # its values are JSON: nothing about them could say of which type they are
        made.__strawberry_definition__.is_type_of = lambda *_: True
    return made


def add_field(
    kind: Kind,
    name: str,
    shape: Kind,
    *,
    resolver: Callable[..., Any] | None = None,  # Any: JSON, or a promise of it
    about: str = "",
    streams: bool = False,
) -> StrawberryField:
    """Add a field to an object type and return it."""
    made: StrawberryField = strawberry.field(
        resolver=resolver,  # type: ignore[arg-type] # its hints know promises only
        is_subscription=streams,
        description=about or None,
        graphql_type=shape,
    )
    made.python_name = name
    if made.type_annotation is None:
        made.type_annotation = StrawberryAnnotation(shape)
    kind.__strawberry_definition__.fields.append(made)
    return made


def list_of(kind: Kind) -> Kind:
    """Return the type of a list."""
    return list[kind]


def pick(source: Value, name: str) -> object:
    """Return a field of a record; one that was left out is nothing."""
    return source.get(name) if isinstance(source, dict) else getattr(source, name)


def first_sentence(kind: type) -> str:
    """Return what a record says of itself."""
    return (kind.__doc__ or "").partition("\n")[0]
