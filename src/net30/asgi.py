"""Composition: everything net30 serves on one port, as one ASGI application.

The API stands at /api with MCP at /api/mcp, the portal at its own addresses, and whatever is left
belongs to the screens where there are any. Every part's lifespan is run.

    net30 serve                                # usually
    streamlit run src/net30/asgi.py            # the same by Streamlit's own server
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from net30.api.application import create_api
from net30.api.lifespans import Late, Life, run_lifespans
from net30.api.mounted import behind_the_door, observed, out_of_order
from net30.api.routes.ask import NEEDS as ASSISTANT_NEEDS
from net30.app import App, open_app
from net30.kernel.errors import ConfigurationError
from net30.kernel.plugins import load
from net30.portal.application import create_portal, is_portal
from net30.portal.visitor import CookieBearer, Recognise, principal_of
from net30.services.relaying import Relay
from net30.settings import load_with_file

API_ADDRESSES = ("/api", "/health", "/ready", "/metrics")
MCP_ADDRESS = "/api/mcp"


def compose(
    app: App, recognise: Recognise, ui: ASGIApp | None = None, relay: Relay | None = None
) -> ASGIApp:
    """Return the whole of net30 for the web; `recognise` tells who bears a secret.

    `ui` gets what neither the API nor the portal serves; without one the portal answers there.
    """
    return _composed(app, recognise, create_api(app, recognise, relay), ui)


def _composed(app: App, recognise: Recognise, rest_api: FastAPI, ui: ASGIApp | None) -> Composition:
    return Composition(
        api=CookieBearer(rest_api, app.settings.public_url),
        mcp=behind_the_door(rest_api, Late(partial(mcp_of, app)), ASSISTANT_NEEDS),
        portal=observed(rest_api, create_portal(app, recognise)),
        rest=ui,
    )


def with_screens(app: App, recognise: Recognise, relay: Relay) -> ASGIApp:
    """Return the same with the screens; raise ConfigurationError without the extra ui."""
    rest_api = create_api(app, recognise, relay)
    offices = load("net30.ui", "office", extra="ui")

    def loads() -> tuple[Any, ...]:  # Any: of a part that is loaded by name
        return tuple(offices.RouteLoad(*row) for row in rest_api.state.rates.loads())

    office = offices.Office(
        app=app, visitor=partial(principal_of, recognise), poke=relay.poke, loads=loads
    )
    screens: ASGIApp = load("net30.ui", "application", extra="ui").create_screens(office)
    return _composed(app, recognise, rest_api, screens)


def mcp_of(app: App) -> ASGIApp:
    """Return the assistant's tools for MCP clients; without the package, what says how to get it.

    Programs come with a key in a header: a browser's cookie opens nothing here.
    """
    try:
        return cast("ASGIApp", load("net30.mcp", "serving", extra="mcp").http_app(app))
    except ConfigurationError as missing:
        return out_of_order(missing)


def is_api(path: str) -> bool:
    """Tell whether an address is the API's."""
    return any(path == one or path.startswith(f"{one}/") for one in API_ADDRESSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The parts of net30 on the web."""

    api: ASGIApp
    mcp: ASGIApp
    portal: ASGIApp
    rest: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the part that it is for."""
        if scope["type"] == "lifespan":
            parts = (self.api, self.mcp, self.portal, *((self.rest,) if self.rest else ()))
            await run_lifespans(parts, scope, receive, send)
            return
        await self._part(scope["path"])(scope, receive, send)

    def _part(self, path: str) -> ASGIApp:
        if path.rstrip("/") == MCP_ADDRESS:
            return self.mcp
        if is_api(path):
            return self.api
        return self.portal if self.rest is None or is_portal(path) else self.rest


def run_by_streamlit(stack: ExitStack) -> ASGIApp:
    """Return what `streamlit run` serves of the home that the environment names.

    Whoever comes is asked to sign in, as with net30 serve. Raises ConfigurationError while nobody
    can: Streamlit listens to other machines too, and the first who came would be the owner.
    """
    serving: Any = load("net30.api", "serving", extra="web")  # Any: a module
    settings = load_with_file(os.environ)
    config: Any = import_module("streamlit.config")  # Any: a module; who runs this has it
    app = open_app(replace(settings, port=config.get_option("server.port")))
    stack.callback(app.close)
    app = stack.enter_context(app.traced())
    if not serving.has_users(app.world.accounts):
        raise ConfigurationError(
            "there is no owner yet, so nobody could sign in",
            hint="start net30 serve once and open the link that it prints",
            code="no_owner",
        )
    app.keep_log()
    relay: Relay = load("net30.worker", "child").WorkerProcess(app.world)
    return with_screens(app, partial(serving.recognised, app), relay)


@asynccontextmanager
async def _whole_life(starlette: Starlette) -> AsyncIterator[None]:
    """Run the lifespans of all that is served; Starlette passes none on to what it mounts."""
    # An address can hold a secret (a one-time link), so no request is logged as it came.
    logging.getLogger("uvicorn.access").disabled = True
    life = Life(starlette.state.whole, {"type": "lifespan", "asgi": {"version": "3.0"}})
    failure = await life.start()
    if failure:
        raise RuntimeError(failure)
    try:
        yield
    finally:
        await life.stop()
        starlette.state.stack.close()


if __name__ == "asgi":  # as `streamlit run` imports this file
    # It puts this folder before all packages, where our mcp/ would hide the package mcp.
    sys.path[:] = [one for one in sys.path if Path(one or ".").resolve() != Path(__file__).parent]
    _stack = ExitStack()
    _whole = run_by_streamlit(_stack)
    app = Starlette(routes=[Mount("/", _whole)], lifespan=_whole_life)
    app.state.whole, app.state.stack = _whole, _stack
