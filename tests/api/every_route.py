"""Every route of the API, as something that can be asked for."""

from __future__ import annotations

import re

from net30.api.application import resources
from net30.api.resource import EVENTS, Route

ROUTES = [route for resource in resources() for route in resource.routes]
LEDGER = b"invoice,customer,date,due,total,currency\nZ-9,Walked SA,2026-01-05,2026-02-04,5,XOF\n"
CLOSED = [route for route in ROUTES if not route.is_open]


def address(route: Route, ids: dict[str, str]) -> str:
    """A route's path with ids in it; what has no id there is called by a name nobody has."""
    return re.sub(r"\{(\w+)\}", lambda match: ids.get(match[1], "nobody"), route.path)


def asked(route: Route) -> str:
    """What a route must be asked with; who follows something goes again at once."""
    if EVENTS in route.media:
        return "?seconds=0"
    return "?days=30" if route.path.startswith("/risk/") else ""


def body_of(route: Route) -> object:
    """A body that a route takes; bytes are a file."""
    known: dict[str, object] = {
        "allocate_unapplied_cash": {"invoice": "INV-2026-000003"},
        "refund_unapplied_cash": {"amount": {"amount": "1", "currency": "XOF"}},
        "set_alert_rule": {"limit": "0.5"},
    }
    if route.form:
        return LEDGER
    return known.get(route.operation, dict(route.example)) if route.takes else None
