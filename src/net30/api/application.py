"""Application: the API as one ASGI application, of every file in routes/."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from net30 import __version__
from net30.api.answers import problem
from net30.api.auth import Recognise, doorman
from net30.api.description.openapi import describe
from net30.api.description.pages import add_pages
from net30.api.graphql.serving import add_graphql
from net30.api.health import add_health
from net30.api.house import House
from net30.api.middleware.body_size import BodySizes
from net30.api.middleware.compressed import Compressed
from net30.api.middleware.request_id import RequestIds
from net30.api.middleware.shortest_way import ShortestWay
from net30.api.observing import log, steps
from net30.api.observing.metrics import add_metrics
from net30.api.observing.observed import Observed
from net30.api.observing.rates import Rates
from net30.api.resource import Resource, Route
from net30.api.served import Served
from net30.app import App
from net30.kernel.plugins import load, names_in
from net30.services.background import Background
from net30.services.identity.known_bearers import KnownBearers
from net30.services.relaying import Relay
from net30.services.webhooks.deliver import Post

PREFIX = "/api/v1"
ROOM = "net30.api.routes"


def create_api(app: App, recognise: Recognise, relay: Relay | None = None) -> FastAPI:
    """Return the API of an application; `recognise` tells who bears a key.

    Every route of routes/ needs a key and a permission; the health of the installation and the
    description of the API are for everybody. Without a `relay` threads of this process do what
    follows from a change.
    """
    house = House(
        app=app,
        doorman=doorman(
            KnownBearers(recognise, app.world.accounts, app.clock),
            app.settings.api_rate_per_minute,
            app.world.cache,
        ),
        relay=relay or Background(_post(app), app.bench),
    )
    api = FastAPI(
        title="net30",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # observing/ does it
        lifespan=_lifespan,
    )
    api.state.house = house
    found = resources()
    served = [_added(api, house, route) for resource in found for route in resource.routes]
    add_graphql(api, house, found)
    add_health(api, house)
    rates = Rates()
    api.state.rates = rates
    add_metrics(api, house, rates)
    add_pages(api, partial(describe, api, house, found))
    for kind, answer in problem.ANSWERS:
        api.add_exception_handler(kind, answer)
    api.add_exception_handler(Exception, problem.on_crash)
    # The last one added stands outermost.
    api.add_middleware(ShortestWay, routes=served)
    api.add_middleware(Compressed)
    api.add_middleware(BodySizes)
    api.state.observe = partial(
        Observed,
        tell=(rates.tell, log.tell),
        around=(steps.around(app.tracer),) if app.tracer else (),
    )
    api.add_middleware(api.state.observe)
    api.add_middleware(RequestIds)
    return api


def _post(app: App) -> Post:
    return Post(world=app.world, web=app.web, sealing=app.sealing)


def resources() -> tuple[Resource, ...]:
    """Return the resources of routes/, by name."""
    return tuple(load(ROOM, name, extra="web").routes for name in names_in(ROOM))


def _added(api: FastAPI, house: House, route: Route) -> Served:
    """Serve a route: whoever comes is let in by the doorman before anything else happens."""
    served = Served(
        PREFIX + route.path,
        route.endpoint,
        methods=[route.method],
        name=route.operation,
        operation_id=route.operation,
        tags=[route.resource],
        status_code=route.status,
        response_model=None,
    )
    house.add(served, route)
    api.router.routes.append(served)
    return served


@asynccontextmanager
async def _lifespan(api: FastAPI) -> AsyncIterator[None]:
    house: House = api.state.house
    house.relay.start()
    try:
        yield
    finally:
        house.relay.stop()
        house.reads.end(house.app.world.accounts, house.app.clock())
