"""GraphQL refusals: what is no document, who has no key, faults of ours; nothing half done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from net30.api.application import create_api
from net30.api.serving import recognised
from net30.domain.identity.roles import Role
from net30.kernel.errors import Unavailable
from net30.ports.search import Page, SearchIndex
from tests.api.front import Front, open_front
from tests.api.graph import ask, data, fault
from tests.desk import open_desk

ME = "{ me { name } }"


def send(front: Front, content: bytes, media: str = "application/json", **headers: str) -> Any:
    own = {"Authorization": f"Bearer {front.key()}", "Content-Type": media, **headers}
    return front.client.post("/api/graphql", content=content, headers=own)


@pytest.mark.parametrize(
    ("content", "media", "code"),
    [
        (b"{", "application/json", "json"),
        (b"[]", "application/json", "graphql_batch"),
        (b"null", "application/json", "json"),
        (b"{}", "application/json", "json"),
        (b'{"query": 5}', "application/json", "json"),
        (b'{"query": "{ me { name } }", "variables": [1]}', "application/json", "json"),
        (b"[" * 100_000, "application/json", "json"),
        (b"\xff", "application/json", "json"),
        (b"query={me{name}}", "application/x-www-form-urlencoded", "media_type"),
        (b"{ me { name } }", "application/graphql", "media_type"),
        (b'{"query": "{ me { name } }", "variables": {"a": "\\u0000"}}', "application/json", "val"),
        (b'{"query": ""}', "application/json", "graphql_syntax"),
        (b'{"query": "{ me { "}', "application/json", "graphql_syntax"),
        (b'{"query": "fragment A on Me { name }"}', "application/json", "graphql_operation"),
        (b'{"query": "query A { me { name } }", "operationName": "B"}', "application/json", "gr"),
        (b'{"query": "{ me { nothing } }"}', "application/json", "graphql_document"),
        (b'{"query": "{ me { name } } { me { name } }"}', "application/json", "graphql_operation"),
        (b'{"query": "query ($a: Int!) { jobs(limit: $a) { percent } }"}', "application/json", ""),
    ],
)
def test_what_is_no_request_is_refused_plainly(
    front: Front, content: bytes, media: str, code: str
) -> None:
    answer = send(front, content, media)
    assert answer.status_code == 400, answer.text
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"].startswith(code)
    assert error["message"]
    assert error["extensions"]["hint"]
    assert error["extensions"]["request_id"] == answer.headers["x-request-id"]
    assert "data" not in answer.json()


def test_nobody_comes_in_without_a_key(front: Front) -> None:
    client = TestClient(front.api, client=("a stranger", 1))
    for query in (ME, "{ __schema { types { name } } }", "{", "{ __typename }"):
        answer = client.post("/api/graphql", json={"query": query})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "unauthenticated"


def test_another_method_and_too_large_a_body_are_told_as_by_rest(front: Front) -> None:
    key = {"Authorization": f"Bearer {front.key()}"}
    read = front.client.get("/api/graphql", params={"query": ME}, headers=key)
    assert (read.status_code, read.headers["allow"]) == (405, "POST")
    large = send(front, b"x" * 2_000_001)
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")


def test_a_client_that_knows_the_newer_type_is_answered_with_it(front: Front) -> None:
    newer = "application/graphql-response+json"
    body = json.dumps({"query": ME}).encode()
    for accept, media in ((newer, newer), ("*/*", "application/json"), ("", "application/json")):
        answer = send(front, body, Accept=accept)
        assert answer.headers["content-type"].startswith(media)
        assert answer.headers["cache-control"] == "no-store"


def test_documents_of_one_request_are_answered_one_by_one(front: Front) -> None:
    sent = [
        {"query": ME},
        {"query": "{ nothing }"},
        {"query": '{ customer(customer: "x") { id } }'},
    ]
    first, second, third = send(front, json.dumps(sent).encode()).json()
    assert first["data"]["me"]["name"]
    assert second["errors"][0]["extensions"]["code"] == "graphql_document"
    assert third["data"] == {"customer": None}


def test_the_right_one_of_several_operations_runs(front: Front) -> None:
    sent = {"query": "query A { me { name } } query B { me { user } }", "operationName": "B"}
    assert list(send(front, json.dumps(sent).encode()).json()["data"]["me"]) == ["user"]


def test_a_schema_can_be_asked_for_in_which_every_field_says_what_it_needs(front: Front) -> None:
    told = data(
        front,
        "{ __schema { queryType { fields { name description } }"
        " mutationType { fields { name description args { name type { kind } } } } } }",
        role=Role.VIEWER,
    )["__schema"]
    assert all(one["description"] for one in told["queryType"]["fields"])
    needy = [one for one in told["mutationType"]["fields"] if "Needs" in one["description"]]
    assert len(needy) > 20
    for one in told["mutationType"]["fields"]:
        guarded = {"idempotencyKey", "ifMatch"} & {part["name"] for part in one["args"]}
        assert guarded, f"{one['name']} can be done twice or unseen"


def test_fields_count_as_requests(fresh_home: Path) -> None:
    with open_front(fresh_home, api_rate_per_minute=30) as front:
        many = "{" + " ".join(f"a{at}: me {{ name }}" for at in range(20)) + "}"
        assert "errors" not in ask(front, many).json()
        late = ask(front, many).json()
        if "errors" not in late:  # a new minute has begun
            late = ask(front, many).json()
        codes = {one["extensions"]["code"] for one in late["errors"]}
        assert codes == {"rate_limit"}
        assert any(late["data"].values()), "what was within the limit is answered"
        assert ask(front, ME).status_code == 429


@contextmanager
def broken(home: Path, fault_of: Callable[[], Exception]) -> Iterator[Front]:
    """An API whose search does not work."""

    class NoSearch:
        shows_at_once = True

        def find(self, *_: object) -> Page:
            raise fault_of()

    desk = open_desk(home)
    search = cast("SearchIndex", NoSearch())
    app = replace(desk.app, world=replace(desk.app.world, search=search))
    api = create_api(app, partial(recognised, app))
    with TestClient(api) as client:
        yield Front(desk, api, client)
    desk.app.close()


def test_a_fault_of_ours_is_told_without_what_it_was(
    fresh_home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with broken(fresh_home, lambda: RuntimeError("secret of the house")) as front:
        answer = ask(front, "{ me { name } invoices { totalCount } }")
    assert answer.status_code == 200
    assert answer.json()["data"]["me"]["name"]
    (error,) = answer.json()["errors"]
    assert error["path"] == ["invoices"]
    assert error["extensions"]["code"] == "internal"
    assert error["extensions"]["classification"] == "INTERNAL_SERVER_ERROR"
    assert "secret" not in answer.text
    assert "secret of the house" in caplog.text


def test_what_does_not_answer_may_be_asked_again(fresh_home: Path) -> None:
    away = partial(Unavailable, "the search does not answer", hint="try again", code="busy")
    with broken(fresh_home, away) as front:
        told = fault(front, "{ invoices { totalCount } }")
    assert (told["classification"], told["status"]) == ("SERVICE_UNAVAILABLE", 503)
