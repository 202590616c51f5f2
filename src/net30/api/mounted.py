"""Mounted: another application behind the API's own door, such as MCP at /api/mcp.

The same keys, the same limits, the same errors: what it may do is what the bearer may do.
"""

from __future__ import annotations

from types import SimpleNamespace

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from net30.api.answers.problem import told_to
from net30.api.house import House
from net30.api.middleware.body_size import BodySizes
from net30.api.middleware.request_id import RequestIds
from net30.domain.identity.roles import Permission
from net30.kernel.errors import Net30Error


def behind_the_door(api: FastAPI, inner: ASGIApp, needs: tuple[Permission, ...]) -> ASGIApp:
    """Return an application that only those reach who have a key and the permissions.

    It finds who asks in scope["state"]["principal"] and itself at the root, whatever its address.
    """
    return RequestIds(observed(api, BodySizes(_Door(api.state.house, inner, needs))))


def observed(api: FastAPI, inner: ASGIApp) -> ASGIApp:
    """Return an application whose requests are counted, logged and traced as the API's are."""
    watched: ASGIApp = api.state.observe(inner)
    return watched


def out_of_order(error: Net30Error) -> ASGIApp:
    """Return an application that answers every request with one error."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        await told_to(Request(scope), error)(scope, receive, send)

    return answer


class _Door:
    """Lets requests in, as the API's own routes do."""

    def __init__(self, house: House, inner: ASGIApp, needs: tuple[Permission, ...]) -> None:
        self._house, self._inner, self._needs = house, inner, needs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        scope["route"] = SimpleNamespace(path=scope["path"])  # one address: it holds no data
        try:
            principal = await run_in_threadpool(
                self._house.doorman.admit, Request(scope), self._needs
            )
        except Net30Error as error:
            await told_to(Request(scope), error)(scope, receive, send)
            return
        scope["state"]["principal"] = principal
        await self._inner({**scope, "path": "/", "raw_path": b"/", "root_path": ""}, receive, send)
        self._house.relay.poke(principal.organisation)


async def _live(receive: Receive, send: Send) -> None:
    """Start and stop without anything to do."""
    for moment in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{moment}.complete"})
