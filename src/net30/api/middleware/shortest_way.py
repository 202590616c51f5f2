"""Shortest way: a request whose address is one of the API's goes straight to its route.

FastAPI would compare the address with that of every route before it and wrap each answer in what
ours have no use for: a quarter of a millisecond, as much as the whole of a small question costs.
Streams, pages, GraphQL and what is nobody's address go its way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from starlette.requests import Request
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from net30.api.served import Served

_NAME_AT = 3
"""Where the resource stands in /api/v1/RESOURCE/..."""


class ShortestWay:
    """Answers what the given routes are for, and passes the rest on."""

    def __init__(self, app: ASGIApp, routes: Iterable[Served]) -> None:
        """Stand before an application."""
        self._app = app
        self._routes: dict[tuple[str, int, str], list[Served]] = defaultdict(list)
        for route in routes:
            for method in route.methods or ():
                self._routes[_place(method, route.path)].append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        route = self._reached(scope) if scope["type"] == "http" else None
        if route is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        response = await route.respond(request)
        await response(scope, receive, send)

    def _reached(self, scope: Scope) -> Served | None:
        """Return the first route that fits, having told the request which it is; no stream."""
        for route in self._routes.get(_place(scope["method"], scope["path"]), ()):
            match, found = route.matches(scope)
            if match is Match.FULL and not route.is_stream:
                scope.update(found)
                return route
            if match is Match.FULL:
                return None
        return None


def _place(method: str, path: str) -> tuple[str, int, str]:
    parts = path.split("/")
    return method, len(parts), parts[_NAME_AT] if len(parts) > _NAME_AT else ""
