"""Served: a route whose whole request is one piece of work for one thread.

FastAPI would use a thread for the doorman, one more for the endpoint, and the event loop between
them; each change costs as much as a small query. Here the doorman, what the path and the query
say, and the endpoint follow one another in one thread. An endpoint that is `async` (a stream) is
answered by the event loop as usual, after the doorman.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from anyio import from_thread
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from net30.api.visit import let_in

READ_AT_ONCE_BYTES_MAX = 65_536
"""A body up to this size came with its request, so it is read before anybody is let in."""


class Served(APIRoute):
    """One operation of the API."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = super().get_route_handler()
        if not is_driven(self.endpoint):

            async def streamed(request: Request) -> Response:
                await run_in_threadpool(let_in, request)
                return await answer(request)

            return streamed

        async def handled(request: Request) -> Response:
            if _announced(request) <= READ_AT_ONCE_BYTES_MAX:
                await request.body()
            return await run_in_threadpool(_answered, answer, request)

        return handled


def driven(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Return a plain endpoint as one that FastAPI calls where it is; an async one as it is."""
    if iscoroutinefunction(endpoint):
        return endpoint

    @wraps(endpoint)
    async def called(**values: Any) -> Response:  # Any: what its parameters are
        answer: Response = endpoint(**values)
        return answer

    called.net30_driven = True  # type: ignore[attr-defined] # a mark of ours
    return called


def is_driven(endpoint: Callable[..., Any]) -> bool:
    """Tell whether an endpoint is answered in a thread."""
    return getattr(endpoint, "net30_driven", False)


def _answered(
    answer: Callable[[Request], Coroutine[Any, Any, Response]], request: Request
) -> Response:
    """Let a request in and answer it, in this thread."""
    let_in(request)
    if not hasattr(request, "_body"):
        from_thread.run(request.body)
    return _driven(answer(request))


def _driven(work: Coroutine[Any, Any, Response]) -> Response:
    """Run a coroutine that waits for nothing: its body is read, its endpoint is plain."""
    try:
        work.send(None)
    except StopIteration as done:
        found: Response = done.value
        return found
    work.close()
    raise AssertionError("an endpoint of the API waited for the event loop")


def _announced(request: Request) -> int:
    length = request.headers.get("content-length")
    if length is None:
        return READ_AT_ONCE_BYTES_MAX + 1 if "transfer-encoding" in request.headers else 0
    return int(length[:20]) if length.isdigit() else READ_AT_ONCE_BYTES_MAX + 1
