"""Resource: the routes of one thing, each with the permission it needs; nothing is open.

    routes = Resource("customers", "Whom we invoice.")

    @routes.get("/customers/{customer}", Permission.CUSTOMERS_READ, gives=Customer)
    def get_customer(visit: Looking, customer: str) -> Reply: ...

A POST that changes takes an Idempotency-Key; one that only works something out is `ask`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from starlette.responses import Response

from net30.api.deprecation import Deprecated
from net30.domain.identity.roles import Permission

Endpoint = TypeVar("Endpoint", bound=Callable[..., Response])
Stream = TypeVar("Stream", bound=Callable[..., Awaitable[Response]])
Needs = Permission | tuple[Permission, ...]

EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation: method, path, what is needed, taken and given.

    Without `needs` it is for everybody who has a key; `is_open`, for strangers too.
    `takes` and `gives` are the types of the bodies, None for none; `media` are the types of an
    answer that is no JSON. `example` is a body that can be sent as it is. With `form` a file is
    sent, and that type's fields beside it. What is `deprecated` says until when it is there.
    """

    resource: str
    method: str
    path: str
    needs: tuple[Permission, ...]
    endpoint: Callable[..., Response]
    takes: Any = None  # Any: a type, or a union of types
    gives: Any = None  # the same
    form: Any = None  # the same
    status: int = 200
    changes: bool = False
    is_open: bool = False
    media: tuple[str, ...] = ()
    example: Mapping[str, object] = field(default_factory=dict)
    deprecated: Deprecated | None = None

    @property
    def takes_fields(self) -> bool:
        """Tell whether a question may name the fields that it wants."""
        return self.method == "GET" and self.gives is not None and not self.media

    @property
    def operation(self) -> str:
        """Return the operation's id: the endpoint's name."""
        return self.endpoint.__name__

    @property
    def summary(self) -> str:
        """Return the first sentence of what the endpoint says of itself."""
        return (self.endpoint.__doc__ or "").partition("\n")[0].rstrip(".")


class Resource:
    """Collects the routes of one file."""

    def __init__(self, name: str, about: str) -> None:
        """Name the resource and say what it is."""
        self.name = name
        self.about = about
        self.routes: list[Route] = []

    def get(
        self, path: str, needs: Needs, *, gives: Any = None, media: tuple[str, ...] = ()
    ) -> Callable[[Endpoint], Endpoint]:  # Any: see Route
        """Declare a route that looks something up."""
        return self._route("GET", path, needs, gives=gives, media=media)

    def stream(
        self, path: str, needs: Needs, *, gives: Any
    ) -> Callable[[Stream], Stream]:  # Any: see Route
        """Declare a route that goes on telling: server-sent events, by an endpoint that waits.

        `gives` is what each event tells.
        """
        more = {"gives": gives, "media": (EVENTS,)}
        declare: Any = self._route("GET", path, needs, **more)  # Any: the endpoint is awaited
        declared: Callable[[Stream], Stream] = declare
        return declared

    def post(
        self,
        path: str,
        needs: Needs,
        *,
        takes: Any = None,
        gives: Any = None,
        status: int = 200,
        example: Mapping[str, object] | None = None,
    ) -> Callable[[Endpoint], Endpoint]:  # Any: see Route
        """Declare a route that changes something, once for each Idempotency-Key."""
        more = {"takes": takes, "gives": gives, "status": status, "example": example or {}}
        return self._route("POST", path, needs, changes=True, **more)

    def upload(
        self, path: str, needs: Needs, *, form: Any, gives: Any, status: int = 200
    ) -> Callable[[Endpoint], Endpoint]:  # Any: see Route
        """Declare a route that takes a file, once for each Idempotency-Key."""
        return self._route("POST", path, needs, changes=True, form=form, gives=gives, status=status)

    def open(
        self,
        path: str,
        *,
        takes: Any,
        gives: Any,
        status: int = 200,
        example: Mapping[str, object] | None = None,
    ) -> Callable[[Endpoint], Endpoint]:  # Any: see Route
        """Declare a route for strangers: how one comes in. Its answer holds a secret: not kept."""
        more = {"takes": takes, "gives": gives, "status": status, "example": example or {}}
        return self._route("POST", path, (), is_open=True, **more)

    def put(
        self,
        path: str,
        needs: Needs,
        *,
        takes: Any,
        gives: Any,
        example: Mapping[str, object] | None = None,
    ) -> Callable[[Endpoint], Endpoint]:  # Any: see Route
        """Declare a route that replaces something; the client says which version by If-Match."""
        more = {"takes": takes, "gives": gives, "example": example or {}}
        return self._route("PUT", path, needs, changes=True, **more)

    def delete(self, path: str, needs: Needs) -> Callable[[Endpoint], Endpoint]:
        """Declare a route that removes something."""
        return self._route("DELETE", path, needs, changes=True, status=204)

    def deprecate(self, operation: str, told: Deprecated) -> None:
        """Say of a route that it goes away: every answer of it tells until when."""
        self.routes = [
            replace(one, deprecated=told) if one.operation == operation else one
            for one in self.routes
        ]

    def _route(
        self, method: str, path: str, needs: Needs, **more: Any
    ) -> Callable[[Endpoint], Endpoint]:  # Any: fields of Route
        def declared(endpoint: Endpoint) -> Endpoint:
            wanted = (needs,) if isinstance(needs, Permission) else needs
            self.routes.append(
                Route(
                    resource=self.name,
                    method=method,
                    path=path,
                    needs=wanted,
                    endpoint=endpoint,
                    **more,
                )
            )
            return endpoint

        return declared
