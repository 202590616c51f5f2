"""The shortest way to a route answers as the long one does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from net30.api.served import Served
from net30.domain.identity.roles import Role
from tests.api.front import Front, open_front


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Lend one front with an issued invoice for all of these."""
    with open_front(tmp_path_factory.mktemp("short") / "home") as opened:
        opened.desk.issue()
        opened.settled()
        yield opened


def long_way(front: Front) -> TestClient:
    """Return a client below another address, which only FastAPI's own way knows."""
    return TestClient(front.api, root_path="/books", raise_server_exceptions=False)


QUESTIONS = (
    "/api/v1/me",
    "/api/v1/invoices/INV-2026-000001",
    "/api/v1/invoices/INV-2026-999999",
    "/api/v1/invoices?limit=one",
    "/api/v1/invoices?limit=5&colour=red",
    "/api/v1/invoices?status=issued&status=overdue",
    "/api/v1/nothing",
    "/api/v1",
    "/api/v1/invoices/",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_ways_answer_alike(front: Front, question: str) -> None:
    headers = {"Authorization": f"Bearer {front.key()}", "X-Request-Id": "same"}
    short = front.client.get(question, headers=headers)
    long = long_way(front).get(f"/books{question}", headers=headers)
    assert (short.status_code, short.json()) == (long.status_code, long.json())
    counted = {"ratelimit-remaining": "", "ratelimit-reset": ""}  # the one came before the other
    assert {**short.headers, **counted} == {**long.headers, **counted}


def test_a_stream_whose_address_fits_another_route_too_is_still_a_stream(front: Front) -> None:
    answer = front.get("/predictions/events", params={"seconds": 0, "limit": 5})
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_a_method_that_an_address_does_not_take_is_told_which_it_takes(front: Front) -> None:
    answer = front.send("DELETE", "/me")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


def test_a_stranger_is_told_the_same_of_every_address(front: Front) -> None:
    assert front.client.get("/api/v1/me").status_code == 401
    assert front.client.get("/api/v1/invoices?limit=one").status_code == 401


def test_who_may_not_is_refused_before_what_is_asked_is_looked_at(front: Front) -> None:
    answer = front.post("/invoices/issued", {"nonsense": 1}, role=Role.VIEWER)
    assert answer.json()["code"] == "permission"


def test_every_route_but_the_streams_has_a_short_way(front: Front) -> None:
    served = [route for route in front.api.routes if isinstance(route, Served)]
    assert len(served) > 100
    assert {route.path for route in served if route.is_stream} == {
        "/api/v1/jobs/{job}/events",
        "/api/v1/predictions/events",
    }
