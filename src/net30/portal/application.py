"""Application: the portal as one ASGI application, of every file in routes/."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from net30.app import App
from net30.portal.visitor import Recognise

ADDRESSES = frozenset(
    "2fa account invitation link login logout members passkeys password pay portal sso".split()
)
"""The first words of the portal's addresses; all others are the screens'."""


def is_portal(path: str) -> bool:
    """Tell whether an address is the portal's."""
    return path.removeprefix("/").partition("/")[0] in ADDRESSES


def create_portal(app: App, recognise: Recognise) -> Starlette:
    """Return the portal of an application; `recognise` tells who bears a session."""
    del app, recognise

    def nothing(_: Request) -> Response:
        return PlainTextResponse("there is nothing at this address", 404)

    return Starlette(routes=[Route("/{rest:path}", nothing)])
