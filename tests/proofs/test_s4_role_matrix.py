"""S4: every role at every route and field of the API, beside the table that says who may what.

A try is one request of a member with one role for one route, or field of GraphQL; it must be
refused with the code permission exactly when domain/identity/roles.toml does not
give the role all that the route needs.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from net30.api.resource import Route
from net30.api.serving import recognised
from net30.app import App
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission, Role, permissions_of
from tests.api.every_route import CLOSED, address, asked, body_of
from tests.api.front import Front, open_front
from tests.api.graph import FIELDS, ask, document_of
from tests.proofs.proof import Outcome

ID = "S4"
TITLE = "answers to a role that the table of roles does not say"
SMALL = 40
FULL = (len(CLOSED) + len(FIELDS)) * len(Role)

Recognise = Callable[[App, str, str], Principal]


def run(size: int, seed: int) -> Outcome:
    """Try so many pairs of role and route, all of them at the full size."""
    return tried(size, seed, recognised)


def tried(size: int, seed: int, recognise: Recognise) -> Outcome:
    """Try pairs at an API that recognises people in one way."""
    ways = [(route, False) for route in CLOSED] + [(route, True) for route in FIELDS]
    pairs = [(role, way) for role in Role for way in ways]
    chosen = random.Random(seed).sample(pairs, min(size, len(pairs)))
    wrong: list[str] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        open_front(Path(folder) / "home", recognise, api_rate_per_minute=1_000_000) as front,
    ):
        for role, (route, in_graph) in chosen:
            status, refused = (_asked if in_graph else _sent)(front, route, role)
            may = set(route.needs) <= permissions_of(role)
            if refused is may or status >= 500:
                wrong.append(f"{role} {route.operation}: {status}")
    return Outcome(len(chosen), len(wrong), "\n".join(wrong[:10]))


def _sent(front: Front, route: Route, role: Role) -> tuple[int, bool]:
    """Send a request; return its status and whether it was refused for want of a permission."""
    path = address(route, {}) + asked(route)
    answer = front.send(route.method, path, body_of(route), role=role)
    refused = answer.status_code == 403 and answer.json()["code"] == "permission"
    return answer.status_code, refused


def _asked(front: Front, route: Route, role: Role) -> tuple[int, bool]:
    """Ask for the route's field."""
    answer = ask(front, document_of(front, route, {}, deep=1), role=role)
    errors = answer.json().get("errors", [])
    codes = {one["extensions"]["code"] for one in errors if len(one.get("path", ())) == 1}
    crashed = any(one["extensions"]["status"] >= 500 for one in errors)
    return 500 if crashed else answer.status_code, "permission" in codes


def everybody_may_all(app: App, secret: str, organisation: str) -> Principal:
    """The mutant: whoever has a key may do everything."""
    who = recognised(app, secret, organisation)
    return Principal(
        user=who.user,
        name=who.name,
        organisation=who.organisation,
        permissions=frozenset(Permission),
    )


@pytest.mark.slow
def test_the_answers_are_those_of_the_table() -> None:
    outcome = run(SMALL, 4)
    assert outcome.holds, outcome.detail


@pytest.mark.slow
def test_a_door_that_does_not_look_at_permissions_is_noticed() -> None:
    assert tried(SMALL, 4, everybody_may_all).failures > 0
