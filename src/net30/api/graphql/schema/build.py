"""Schema: the graph of an API: its routes as fields, its records as types, their relations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from inspect import signature
from types import MappingProxyType
from typing import Any, get_args, get_origin

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext

from net30.api.answers.paging import Listed
from net30.api.graphql.costs import COST_KEY
from net30.api.graphql.operation import Operation
from net30.api.graphql.schema.connections import Connections
from net30.api.graphql.schema.fields import Asking, arguments_of, field_name, is_field
from net30.api.graphql.schema.inputs import Inputs
from net30.api.graphql.schema.records import Kind, Names, Records, add_field, new_type, pick
from net30.api.graphql.schema.relations import VERSIONED, add_node, add_relations
from net30.api.graphql.schema.scalars import SCALARS
from net30.api.graphql.schema.subscriptions import subscription_type
from net30.api.resource import Resource, Route


def _asked_by_strawberry(info: strawberry.Info) -> None:
    """Have the one parameter that Strawberry passes by its type."""


_AS_ASKED = signature(_asked_by_strawberry, eval_str=True)


HEAVY = frozenset(
    {"ask", "figures", "forecast", "insights", "models", "predictions", "reminders", "reports"}
    | {"risk", "statements", "worklist"}
)
"""Resources that work through all the books for one answer."""
HEAVY_COST = 1_500


class ReadBefore(SchemaExtension):
    """Hands over the document that was read, and weighed, before."""

    def on_parse(self) -> Iterator[None]:
        """Read nothing again."""
        operation: Operation = self.execution_context.context
        self.execution_context.graphql_document = operation.document
        yield


class QuietSchema(strawberry.Schema):
    """A schema that leaves the telling of errors to us."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Tell nobody: `told` does, once, without what is nobody's business."""


class Graph:
    """The types of a schema while it is made."""

    def __init__(self) -> None:
        """Begin with nothing."""
        names = Names()
        self.records = Records(names)
        self.inputs = Inputs(names, self.records)
        self.connections = Connections()
        self.query = new_type("Query", "What can be asked.")
        self.mutation = new_type("Mutation", "What can be changed, once for each key.")

    def add(self, route: Route) -> None:
        """Add a route's field."""
        asking = Asking(route, self.inputs)
        paged = get_origin(route.gives) is Listed
        owner = self.query if route.method == "GET" else self.mutation
        made = add_field(
            owner,
            field_name(route),
            self._shape(route, paged=paged),
            resolver=_resolver(asking, paged=paged),
            about=_about(route),
        )
        made.arguments = arguments_of(route, self.inputs)
        if route.resource in HEAVY:
            made.metadata = MappingProxyType({COST_KEY: HEAVY_COST})
        if route.deprecated:
            there = f"Until {route.deprecated.sunset}; instead: {route.deprecated.instead}"
            made.deprecation_reason = there

    def _shape(self, route: Route, *, paged: bool) -> Kind:
        if paged:
            return self.connections.of(self.records.shape(get_args(route.gives)[0])) | None
        if route.gives is None:
            return bool | None
        return self.records.shape(route.gives) | None


def build_schema(resources: Sequence[Resource]) -> strawberry.Schema:
    """Return the schema of an API's routes."""
    graph = Graph()
    routes = [one for resource in resources for one in resource.routes if is_field(one)]
    for route in routes:
        graph.add(route)
    subscription = subscription_type(graph.records)
    add_relations(graph.records, graph.connections)
    add_node(graph.query, graph.records)
    _add_tags(graph, routes)
    return QuietSchema(
        query=graph.query,
        mutation=graph.mutation,
        subscription=subscription,
        config=StrawberryConfig(default_resolver=pick, scalar_map=SCALARS),
        extensions=(ReadBefore, ValidationCache),
    )


def _add_tags(graph: Graph, routes: Sequence[Route]) -> None:
    """Show the version of what can be replaced or removed."""
    changed = {one.path for one in routes if one.method in {"PUT", "DELETE"}}
    for route in routes:
        if route.method == "GET" and route.path in changed and route.gives not in VERSIONED:
            shown = graph.records.shape(route.gives)
            add_field(shown, "etag", str | None, about="The version, for ifMatch.")


def _resolver(asking: Asking, *, paged: bool) -> Callable[..., Any]:
    ask = asking.page if paged else asking.ask

    def resolved(info: strawberry.Info, **given: Any) -> Any:  # Any: arguments; JSON
        return ask(info.context, given)

    # The arguments are those of the route; Strawberry would look for them here.
    resolved.__signature__ = _AS_ASKED  # type: ignore[attr-defined] # a function takes any
    return resolved


def _about(route: Route) -> str:
    needs = ", ".join(str(one) for one in route.needs)
    return f"{route.summary}. Needs {needs}." if needs else f"{route.summary}."
