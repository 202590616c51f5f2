"""Application: the portal as one ASGI application, of every file in routes/."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from net30.app import App
from net30.kernel.errors import InputError, NotFound
from net30.kernel.plugins import load, names_in
from net30.portal.door import door_of
from net30.portal.headers import SecureHeaders
from net30.portal.page import Page
from net30.portal.rendering import MEDIA_TYPES, STATIC, static
from net30.portal.visitor import Recognise

ROOM = "net30.portal.routes"
ADDRESSES = frozenset(
    "2fa account books link login logout members passkeys password pay portal sso".split()
)
"""The first words of the portal's addresses; all others are the screens'."""
YEAR = 31_536_000
METHOD_NOT_ALLOWED = 405


def is_portal(path: str) -> bool:
    """Tell whether an address is the portal's."""
    return path.removeprefix("/").partition("/")[0] in ADDRESSES


def create_portal(app: App, recognise: Recognise) -> Starlette:
    """Return the portal of an application; `recognise` tells who bears a session."""
    door = door_of(app, recognise)

    def missing(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == METHOD_NOT_ALLOWED:
            told = InputError(f"{request.method} is not possible here", code="method")
            return door.refuse(request, told)
        return door.refuse(
            request, NotFound("there is nothing at this address", hint="", code="no_page")
        )

    routes = [Route(one.path, door.endpoint(one), methods=[one.method]) for one in all_pages()]
    portal = Starlette(
        routes=[*routes, Route(f"{STATIC}/{{name}}", _static)],
        exception_handlers={HTTPException: missing},
        middleware=[Middleware(SecureHeaders)],
    )
    portal.state.door = door
    return portal


def all_pages() -> tuple[Page, ...]:
    """Return every page of every file in routes/."""
    rooms = (load(ROOM, name, extra="web").pages for name in names_in(ROOM))
    return tuple(page for room in rooms for page in room.pages)


def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in MEDIA_TYPES:
        raise HTTPException(404)
    headers = {"Cache-Control": f"public, max-age={YEAR}, immutable"}
    return Response(static(name), 200, headers, MEDIA_TYPES[name])
