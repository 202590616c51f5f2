"""Answering: documents weighed, then carried out, and what they are answered with."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
import strawberry
from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode
from starlette.requests import Request
from starlette.responses import Response
from strawberry.types.execution import PreExecutionError

from net30.api.graphql.costs import Scales, is_subscription, operation_of
from net30.api.graphql.errors import tell, told
from net30.api.graphql.limits import LIMITS, Limits, too_much
from net30.api.graphql.operation import Books, Operation
from net30.api.graphql.reading import read_document
from net30.api.graphql.sent import Asked, read_asked
from net30.api.graphql.watching import Watching
from net30.api.house import House
from net30.domain.identity.principal import Principal
from net30.kernel.errors import InputError, Net30Error

JSON = "application/json"
STREAM = "text/event-stream"
GRAPHQL_JSON = "application/graphql-response+json"

Answer = dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Ready:
    """A document that may run: read, weighed, its operation found."""

    asked: Asked
    document: DocumentNode
    operation: OperationDefinitionNode
    cost: int


def prepare(schema: GraphQLSchema, asked: tuple[Asked, ...], limits: Limits) -> tuple[Ready, ...]:
    """Return the documents of a request that may run.

    Raises InputError for what is no GraphQL, LimitExceeded for too much, all of them together.
    """
    ready = tuple(_ready(schema, one, limits) for one in asked)
    if (whole := sum(one.cost for one in ready)) > limits.cost:
        raise too_much(
            f"the documents may bring {whole:,} values, {limits.cost:,} are allowed", "graphql_cost"
        )
    return ready


def _ready(schema: GraphQLSchema, asked: Asked, limits: Limits) -> Ready:
    document = read_document(asked.query, limits)
    operation = operation_of(document, asked.operation_name)
    scales = Scales(schema, document, asked.variables or {}, limits)
    weight = scales.weigh(operation)
    return Ready(asked, document, operation, weight.cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Answers the documents of one request of somebody who was let in."""

    house: House
    schema: strawberry.Schema
    request: Request
    principal: Principal
    watching: Watching
    limits: Limits = LIMITS

    def ready(self, content: bytes) -> tuple[tuple[Ready, ...], bool]:
        """Return the documents of a request's body, weighed, and whether they came as a list.

        Raises InputError for what cannot be carried out, LimitExceeded for too much.
        """
        media = self.request.headers.get("content-type", "")
        asked, batch = read_asked(content, media, self.limits)
        return prepare(core_of(self.schema), asked, self.limits), batch

    def streams(self, ready: Ready) -> bool:
        """Tell whether a document is answered by a stream."""
        accepted = STREAM in self.request.headers.get("accept", "")
        return accepted and is_subscription(ready.operation)

    def answer(self, ready: tuple[Ready, ...], *, batch: bool) -> Response:
        """Carry documents out and return each one's data and errors."""
        if any(is_subscription(one.operation) for one in ready):
            return self.refusal(no_stream())
        answers = [self._carried_out(one) for one in ready]
        self.house.relay.poke(self.principal.organisation)
        refused = not batch and "data" not in answers[0]
        status = HTTPStatus.BAD_REQUEST if refused else HTTPStatus.OK
        return self._response(answers if batch else answers[0], status)

    def refusal(self, error: Net30Error) -> Response:
        """Return the answer to a request of which nothing was carried out."""
        told_so = {"errors": [tell(error, self.request.scope)]}
        return self._response(told_so, HTTPStatus.BAD_REQUEST)

    def operation(self, ready: Ready, *, streams: bool = False) -> Operation:
        """Return what the fields of one document share."""
        app = self.house.app.of(self.principal.organisation)
        one_view = ready.operation.operation.value == "query"
        return Operation(
            house=self.house,
            request=self.request,
            principal=self.principal,
            app=app,
            document=ready.document,
            books=Books(app, self.principal.user, one_view=one_view),
            watching=self.watching,
            streams=streams,
        )

    def _carried_out(self, ready: Ready) -> Answer:
        operation = self.operation(ready)
        with closing(operation.books):
            # A loop of this thread's own: its fields may wait for each other's records.
            result = asyncio.run(
                self.schema.execute(
                    ready.asked.query,
                    variable_values=ready.asked.variables,
                    context_value=operation,
                    operation_name=ready.asked.operation_name,
                )
            )
        operation.note_reads()
        return self.shown(result, ready)

    def shown(self, result: Any, ready: Ready) -> Answer:  # Any: Strawberry has three of them
        """Return what came of a document as JSON."""
        answer: Answer = {}
        if result.errors:
            answer["errors"] = told(result.errors, self.request.scope)
        if not isinstance(result, PreExecutionError):
            answer["data"] = result.data
            answer["extensions"] = {"cost": ready.cost, "cost_max": self.limits.cost}
        return answer

    def _response(self, answer: object, status: HTTPStatus) -> Response:
        wanted = self.request.headers.get("accept", "")
        media = GRAPHQL_JSON if GRAPHQL_JSON in wanted else JSON
        headers = {"Cache-Control": "no-store"}
        return Response(msgspec.json.encode(answer), status, headers, media)


def core_of(schema: strawberry.Schema) -> GraphQLSchema:
    """Return the schema as graphql-core has it."""
    return schema._schema  # noqa: SLF001 - as Strawberry's documentation says to reach it


def no_stream() -> InputError:
    """Return the error of a subscription that asks for no stream."""
    return InputError(
        "a subscription is answered by a stream",
        hint="send it alone, with the header Accept: text/event-stream",
        code="graphql_stream",
    )
