"""Seen: what may be told of a request, whoever reads it: no names, amounts, texts or secrets."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from starlette.types import Scope

UNKNOWN = "none"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request that was answered; `route` is the path's pattern and holds nobody's data."""

    request_id: str
    method: str
    route: str
    status: int
    seconds: float
    user: str
    organisation: str

    @property
    def is_fault(self) -> bool:
        """Tell whether we failed, and not who asked."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR


def seen(scope: Scope, status: int, seconds: float) -> Seen:
    """Return what is to be told of a request after its answer."""
    state = scope.get("state", {})
    principal = state.get("principal")
    method = str(scope["method"])
    return Seen(
        request_id=str(state.get("request_id", "")),
        method=method if method in METHODS else UNKNOWN,
        route=route_of(scope),
        status=status,
        seconds=seconds,
        user=principal.user if principal else "",
        organisation=principal.organisation if principal else "",
    )


def route_of(scope: Scope) -> str:
    """Return the pattern of the path that was asked for, such as /api/v1/invoices/{number}."""
    return str(getattr(scope.get("route"), "path", "") or UNKNOWN)
