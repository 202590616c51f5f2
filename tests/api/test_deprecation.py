"""What goes away says so, a year before, to programs and on the page."""

from __future__ import annotations

from datetime import date

import pytest

from net30.api.application import resources
from net30.api.deprecation import Deprecated
from net30.api.description.openapi import describe
from net30.api.resource import Resource
from net30.domain.identity.roles import Permission
from tests.api.front import Front

GOING = Deprecated(since=date(2026, 11, 21), sunset=date(2027, 11, 30), instead="/api/v1/customers")


def test_every_answer_of_a_deprecated_route_says_until_when_and_what_instead(front: Front) -> None:
    routes = Resource("products", "What is sold.")
    known = front.house.routes["list_products"]
    routes.get(known.path, Permission.PRODUCTS_READ, gives=known.gives)(known.endpoint)
    routes.deprecate("list_products", GOING)
    front.house.routes["list_products"] = routes.routes[0]
    answer, other = front.get("/products"), front.get("/customers")
    assert answer.headers["deprecation"] == "@1795219200"
    assert answer.headers["sunset"] == "Tue, 30 Nov 2027 00:00:00 GMT"
    assert answer.headers["link"] == '</api/v1/customers>; rel="successor-version"'
    assert "deprecation" not in other.headers
    document = describe(front.api, front.house, resources())
    told = document["paths"]["/api/v1/products"]["get"]
    assert told["deprecated"] is True
    assert "2027-11-30" in told["description"]


def test_nothing_goes_away_within_a_year() -> None:
    with pytest.raises(AssertionError, match="a year"):
        Deprecated(since=date(2026, 11, 21), sunset=date(2027, 6, 1), instead="/x")
