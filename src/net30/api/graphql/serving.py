"""Serving: GraphQL over HTTP at /api/graphql, for whoever has a key.

The schema is made with the first request: it takes a second that `net30 serve` need not wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from net30.api.graphql.limits import LIMITS
from net30.api.graphql.watching import Watching
from net30.api.house import House
from net30.api.resource import Resource
from net30.domain.identity.principal import Principal
from net30.kernel.errors import Net30Error
from net30.kernel.plugins import load

if TYPE_CHECKING:
    import strawberry

    from net30.api.graphql.answering import Answering

PATH = "/api/graphql"
ROOM = "net30.api.graphql"
EXTRA = "web"


class Endpoint:
    """Lets requests in and has them answered."""

    def __init__(self, house: House, resources: Sequence[Resource]) -> None:
        """Serve the routes of a house."""
        self._house = house
        self._resources = resources
        self._schema: strawberry.Schema | None = None
        self._making = Lock()
        self.watching = Watching()
        self.limits = LIMITS

    async def answer(self, request: Request) -> Response:
        """Answer a request of whoever has a key; nobody else's body is read."""
        principal = await run_in_threadpool(self._house.doorman.admit, request, ())
        content = await request.body()
        return await run_in_threadpool(self._answered, request, principal, content)

    def schema(self) -> strawberry.Schema:
        """Return the schema of all routes, made when it is first asked for."""
        with self._making:
            if self._schema is None:
                self._schema = load(f"{ROOM}.schema", "build", extra=EXTRA).build_schema(
                    self._resources
                )
            return self._schema

    def _answered(self, request: Request, principal: Principal, content: bytes) -> Response:
        """Return the answer, or the beginning of a stream, which then needs no thread."""
        answering: Answering = load(ROOM, "answering", extra=EXTRA).Answering(
            house=self._house,
            schema=self.schema(),
            request=request,
            principal=principal,
            watching=self.watching,
            limits=self.limits,
        )
        try:
            ready, batch = answering.ready(content)
        except Net30Error as error:
            return answering.refusal(error)
        if batch or not answering.streams(ready[0]):
            return answering.answer(ready, batch=batch)
        stream: Response = load(ROOM, "streaming", extra=EXTRA).stream(answering, ready[0])
        return stream


def add_graphql(api: FastAPI, house: House, resources: Sequence[Resource]) -> None:
    """Serve GraphQL."""
    endpoint = Endpoint(house, resources)
    api.state.graphql = endpoint
    api.router.routes.append(Route(PATH, endpoint.answer, methods=["POST"], name="graphql"))
