"""House: what all requests share: the application, the doorman, what follows, the routes."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi.routing import APIRoute

from net30.api.answers.sparse import PARAMETER, Fields
from net30.api.auth import Doorman
from net30.api.resource import Route
from net30.app import App
from net30.services.audit.note_read import BulkReads
from net30.services.once import InFlight
from net30.services.relaying import Relay


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One running API."""

    app: App
    doorman: Doorman
    relay: Relay
    in_flight: InFlight = field(default_factory=InFlight)
    reads: BulkReads = field(default_factory=BulkReads)
    routes: dict[str, Route] = field(default_factory=dict)
    queries: dict[str, frozenset[str]] = field(default_factory=dict)
    fields: dict[str, Fields] = field(default_factory=dict)

    def add(self, served: APIRoute, route: Route) -> None:
        """Know a route that is served."""
        self.routes[route.operation] = route
        asked = served.dependant.query_params
        self.queries[route.operation] = frozenset(one.alias for one in asked)
        if route.takes_fields:
            self.queries[route.operation] |= {PARAMETER}
            self.fields[route.operation] = Fields(route.gives)

    def check_fields(self, route: Route, text: str | None) -> None:
        """Raise Faulty for fields that a route's answer does not have."""
        if text is not None and route.operation in self.fields:
            self.fields[route.operation].check(text)

    def route_of(self, served: APIRoute) -> Route:
        """Return what is known of a route that was reached."""
        return self.routes[served.name]

    def parameters(self, route: Route) -> frozenset[str]:
        """Return the names of a route's query parameters."""
        return self.queries[route.operation]
