"""Who may do what over HTTP: nobody without a key, each role by its table, nothing of others."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from net30.api.application import PREFIX
from net30.api.resource import Route
from net30.api.routes.ask import NEEDS as ASSISTANT_NEEDS
from net30.assistant.calls import needs_of, tool_names
from net30.domain.identity.roles import Permission, Role, permissions_of
from tests.api.every_route import CLOSED, ROUTES, address, asked, body_of
from tests.api.front import SECRET, US, Front, found_rival


def test_only_coming_in_is_open_and_only_who_one_is_needs_no_permission() -> None:
    assert {one.operation for one in ROUTES if one.is_open} == {"accept_one_time_link", "sign_in"}
    free = {one.operation for one in CLOSED if not one.needs}
    own = {"list_own_sessions", "end_own_session", "list_own_passkeys", "remove_own_passkey"}
    factor = {f"{act}_own_second_factor" for act in ("get", "set_up", "confirm", "remove")}
    assert free == {"sign_out", "get_me", *own, *factor}


def test_every_route_that_is_served_is_in_the_table(front: Front) -> None:
    known: list[Any] = list(front.api.routes)
    served = {
        (method, route.path)
        for route in known
        for method in route.methods
        if route.path.startswith("/api/v")
    }
    assert served == {(route.method, PREFIX + route.path) for route in ROUTES}
    others = {one.path for one in known} - {path for _, path in served}
    assert others == {
        "/health",
        "/ready",
        "/api/docs",
        "/api/openapi.json",
        "/api/graphql",
        "/metrics",
    }


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.operation)
def test_nobody_comes_in_without_a_key(front: Front, route: Route) -> None:
    client = TestClient(front.api, client=(f"sender of {route.operation}", 1))
    for header in ({}, {"Authorization": "Bearer n30k_nothing"}, {"Authorization": "Basic eDp5"}):
        answer = client.request(
            route.method, PREFIX + address(route, {}), headers=header, content=b"not even json"
        )
        assert answer.status_code == 401, answer.text
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.COLLECTOR, Role.AUDITOR, Role.API])
def test_a_role_may_what_the_table_says_and_nothing_else(front: Front, role: Role) -> None:
    held = permissions_of(role)
    for route in CLOSED:
        if set(route.needs) <= held:
            continue
        answer = front.send(
            route.method, address(route, {}) + asked(route), body_of(route), role=role
        )
        assert answer.status_code == 403, f"{role} {route.operation}: {answer.text}"
        assert answer.json()["code"] == "permission"


def test_an_owner_may_everything_that_there_is(front: Front) -> None:
    held = set(front.get("/me").json()["permissions"])
    assert held == {str(one) for one in Permission}
    assert {str(one) for route in CLOSED for one in route.needs} <= held


def test_every_tool_of_the_assistant_says_what_it_needs() -> None:
    assert {name for name in tool_names() if not needs_of(name)} == {"help"}
    assert set(ASSISTANT_NEEDS) <= permissions_of(Role.COLLECTOR)


def test_the_assistant_lends_nobody_more_than_they_have(front: Front) -> None:
    number = front.desk.issue().number
    front.settled()
    for text in ("Invoice Acme Corp 2 hours of design at 50000 XOF", f"void {number}"):
        refused = front.post("/ask", {"text": text}, role=Role.COLLECTOR)
        assert refused.json()["outcome"] == "failed", refused.text
        assert "is missing" in refused.json()["text"]
    seen = front.post("/ask", {"text": f"show invoice {number}"}, role=Role.COLLECTOR)
    assert number in seen.json()["text"]
    asked = front.post("/ask", {"text": f"void {number}"})
    assert asked.json()["outcome"] == "confirm"
    assert front.get(f"/invoices/{number}").json()["status"] == "issued"


def test_no_route_shows_a_byte_of_another_organisation(front: Front) -> None:
    theirs = found_rival(front.desk.app)
    assert SECRET in front.get("/customers", of="rival").text, "the rival sees its own"
    shown: list[str] = []
    for route in CLOSED:
        path = address(route, theirs) + asked(route)
        answer = front.send(route.method, path, body_of(route), headers={"If-Match": "*"})
        assert answer.status_code < 500, f"{route.operation}: {answer.text}"
        told = answer.content.decode("utf-8", "replace")
        leaked = [word for word in (SECRET, "saffron", "zanzibar@") if word in told]
        if leaked or (
            answer.status_code < 300 and set(re.findall(r"\{(\w+)\}", route.path)) & set(theirs)
        ):
            shown.append(f"{route.operation} {answer.status_code} {leaked}")
    assert shown == []
    again = front.get("/customers", of="rival").json()["items"]
    assert [one["party"]["name"] for one in again] == [SECRET]
    assert (
        front.get(f"/payments/{theirs['payment']}", of="rival").json()["payment"]["refunds"] == []
    )


def test_another_organisation_s_thing_and_nothing_look_the_same(front: Front) -> None:
    theirs = found_rival_once(front)
    for path in ("/customers/{}", "/payments/{}", "/schedules/{}"):
        name = path.split("/")[1].removesuffix("s")
        other = front.get(path.format(theirs[name])).json()
        none = front.get(path.format("01m7ynaym0bd6gh106k10qt0tn")).json()
        for told in (other, none):
            del told["request_id"]
            told["detail"] = told["detail"].partition("'")[0]
        assert other == none


def found_rival_once(front: Front) -> dict[str, str]:
    """The ids of the rival's things, which an earlier test may have founded."""
    if "rival" not in front.desk.app.world.store.organisations():
        return found_rival(front.desk.app)
    return {
        name: str(front.get(f"/{name}s", of="rival").json()["items"][0][key[0]][key[1]])
        if len(key) > 1
        else str(front.get(f"/{name}s", of="rival").json()["items"][0][key[0]])
        for name, key in {
            "customer": ("id",),
            "payment": ("payment", "id"),
            "schedule": ("schedule", "id"),
        }.items()
    }


def test_a_key_opens_its_own_organisation_only(front: Front) -> None:
    answer = front.get("/me", headers={"X-Net30-Organisation": "rival"})
    assert answer.status_code == 401
    assert front.get("/me").json()["organisation"] == US
