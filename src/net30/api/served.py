"""Served: a route whose whole request is one piece of work for one thread.

FastAPI would use a thread for the doorman, one more for the endpoint, and the event loop between
them; each change costs as much as a small query. Here the doorman, what the path and the query
say, and the endpoint follow one another in one thread. An endpoint that is `async` (a stream) is
answered by the event loop as usual, after the doorman.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, cast

from anyio import from_thread
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from net30.api.answers.problem import told
from net30.api.visit import let_in

READ_AT_ONCE_BYTES_MAX = 65_536
"""A body up to this size came with its request, so it is read before anybody is let in."""
THREADS_MAX = 40

_threads = ThreadPoolExecutor(THREADS_MAX, "net30-request")


class Served(APIRoute):
    """One operation of the API."""

    @property
    def is_stream(self) -> bool:
        """Tell whether the event loop answers, and goes on answering."""
        return iscoroutinefunction(self.endpoint)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        if not self.is_stream:
            check_plain(self.dependant)
            return self.respond
        answer = super().get_route_handler()

        async def streamed(request: Request) -> Response:
            await run_in_threadpool(let_in, request)
            return await answer(request)

        return streamed

    async def respond(self, request: Request) -> Response:
        """Answer a request in a thread; errors that people can mend are answers too."""
        if _announced(request) > READ_AT_ONCE_BYTES_MAX:
            return await run_in_threadpool(self._answered, request)
        await request.body()
        # A third of what a thread of anyio costs, which has a way back for the body.
        work = partial(copy_context().run, self._answered, request)
        return await asyncio.get_running_loop().run_in_executor(_threads, work)

    def _answered(self, request: Request) -> Response:
        try:
            let_in(request)
            if not hasattr(request, "_body"):
                from_thread.run(request.body)
            answer: Response = self.endpoint(**self._values(request))
        except Exception as error:
            response = told(request, error)
            if response is None:
                raise
            return response
        return answer

    def _values(self, request: Request) -> dict[str, Any]:
        """Return an endpoint's arguments; raise RequestValidationError for those that misfit."""
        wanted = self.dependant
        path, errors = request_params_to_args(wanted.path_params, request.path_params)
        query, more = request_params_to_args(wanted.query_params, request.query_params)
        if errors or more:
            raise RequestValidationError([*errors, *more])
        visits = {
            cast("str", one.name): _driven(_call(one)(request)) for one in wanted.dependencies
        }
        return {**visits, **path, **query}


def check_plain(wanted: Dependant) -> None:
    """Raise AssertionError for an endpoint that wants more than path, query and its visit."""
    others: list[object] = [*wanted.header_params, *wanted.cookie_params, *wanted.body_params]
    others += [below for one in wanted.dependencies for below in one.dependencies]
    assert not others, f"{wanted.call} wants {others}: nobody gives it that"


def _call(wanted: Dependant) -> Callable[[Request], Coroutine[Any, Any, Any]]:
    assert wanted.call
    return cast("Callable[[Request], Coroutine[Any, Any, Any]]", wanted.call)


def _driven(work: Coroutine[Any, Any, Any]) -> Any:  # Any: the visit that an endpoint takes
    """Run a coroutine that waits for nothing: the body is read."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    work.close()
    raise AssertionError("a visit of the API waited for the event loop")


def _announced(request: Request) -> int:
    length = request.headers.get("content-length")
    if length is None:
        return READ_AT_ONCE_BYTES_MAX + 1 if "transfer-encoding" in request.headers else 0
    return int(length[:20]) if length.isdigit() else READ_AT_ONCE_BYTES_MAX + 1
