"""A graph to ask: documents sent to /api/graphql, and a document for every field of the schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_list_type,
)
from httpx2 import Response
from strawberry.utils.str_converters import to_camel_case

from net30.api.graphql.answering import core_of
from net30.api.graphql.limits import LIMITS
from net30.api.graphql.schema.fields import field_name, is_field
from net30.api.resource import Route
from net30.domain.identity.roles import Role
from tests.api.every_route import CLOSED, body_of
from tests.api.front import US, Front

ACCEPT = "application/graphql-response+json"
GRAPH = "graphql-response"
"""What the type of an answer of the graph has in it, when that is asked for."""
FIELDS = [route for route in CLOSED if is_field(route)]


def ask(
    front: Front,
    query: str,
    variables: dict[str, Any] | None = None,
    *,
    role: Role = Role.OWNER,
    of: str = US,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Send one document."""
    sent = {"query": query, "variables": variables}
    own = {"Authorization": f"Bearer {front.key(role, of)}", "Accept": ACCEPT}
    return front.client.post("/api/graphql", json=sent, headers={**own, **(headers or {})})


def data(front: Front, query: str, **more: Any) -> Any:
    """The data of a document that must succeed."""
    answer = ask(front, query, **more).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def fault(front: Front, query: str, **more: Any) -> Any:
    """What the first error of a document says: its code and all else."""
    return ask(front, query, **more).json()["errors"][0]["extensions"]


def core(front: Front) -> GraphQLSchema:
    """The schema that is served."""
    return core_of(front.api.state.graphql.schema())


def document_of(front: Front, route: Route, ids: dict[str, str], *, deep: int = 2) -> str:
    """A document that asks a route's field for all that its record has, two steps deep."""
    kind = "query" if route.method == "GET" else "mutation"
    owner = core(front).query_type if kind == "query" else core(front).mutation_type
    assert owner is not None
    name = to_camel_case(field_name(route))
    field = owner.fields[name]
    given = {
        key: told
        for key, argument in field.args.items()
        if (told := _argument(route, key, argument, ids))
    }
    written = ", ".join(f"{key}: {value}" for key, value in given.items())
    asked = f"({written})" if written else ""
    selected = selection(field.type, deep)
    if len(selected.split()) > LIMITS.fields:
        selected = selection(field.type, deep - 1)
    return f"{kind} {{ {name}{asked}{selected} }}"


def _argument(route: Route, key: str, argument: GraphQLArgument, ids: dict[str, str]) -> str:
    if key in ids:
        return json.dumps(ids[key])
    if key == "input":
        body = body_of(route) or {}
        assert isinstance(body, dict)
        named = {one: ids.get(one.removesuffix("_id"), value) for one, value in body.items()}
        return literal(named, argument.type)
    if key == "idempotencyKey":
        return json.dumps(f"{route.operation} {ids}")
    if key == "ifMatch":
        return '"*"'
    return _any_of(argument.type) if isinstance(argument.type, GraphQLNonNull) else ""


def _any_of(kind: GraphQLNonNull[Any]) -> str:
    """Something of a type that must be given."""
    named = get_named_type(kind)
    one = {"Int": "30", "Date": '"2026-11-21"', "Decimal": '"1"', "Boolean": "true"}.get(
        named.name, '"nobody"'
    )
    if isinstance(named, GraphQLEnumType):
        one = next(iter(named.values))
    return f"[{one}]" if is_list_type(kind.of_type) else one


def literal(value: Any, kind: Any) -> str:
    """A body of REST as GraphQL writes it: other names, enums by their names."""
    named = get_named_type(kind)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(one, named) for one in value) + "]"
    if isinstance(value, dict) and isinstance(named, GraphQLInputObjectType):
        parts = []
        for key, one in value.items():
            name = to_camel_case(key)
            parts.append(f"{name}: {literal(one, named.fields[name].type)}")
        return "{" + ", ".join(parts) + "}"
    if isinstance(named, GraphQLEnumType) and value is not None:
        return next(
            str(name)
            for name, one in named.values.items()
            if getattr(one.value, "value", one.value) == value
        )
    return json.dumps(value)


def selection(kind: Any, deep: int) -> str:
    """All that can be asked of a type without arguments, so many steps deep."""
    named = get_named_type(kind)
    if not isinstance(named, GraphQLObjectType):
        return ""
    parts = [_part(name, field, deep) for name, field in named.fields.items()]
    return " { __typename " + " ".join(parts) + " }"


def _part(name: str, field: GraphQLField, deep: int) -> str:
    if not isinstance(get_named_type(field.type), GraphQLObjectType):
        return name
    return f"{name}{selection(field.type, deep - 1)}" if deep else ""
