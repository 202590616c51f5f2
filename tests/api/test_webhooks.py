"""Webhooks over HTTP: added, told, tested, rotated, replayed, removed; each by who may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from net30.domain.identity.roles import Role
from net30.domain.topics import topics
from net30.services.mark_invoice import note_call
from tests.api.front import Front, open_front
from tests.doubles.receiver import ALLOWED, Receiver, receiving


@pytest.fixture(scope="module")
def open_to_us(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with open_front(tmp_path_factory.mktemp("front") / "home", web_allow=ALLOWED) as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as lent:
        yield lent


def add(front: Front, receiver: Receiver, *topics: str) -> dict[str, Any]:
    answer = front.post("/webhooks", {"url": receiver.url, "topics": list(topics)})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/webhooks/{answer.json()['id']}"
    assert "secret" not in {name for name in answer.json() if not name.startswith("former")}
    found: dict[str, Any] = answer.json()
    return found


def secret(front: Front, webhook: dict[str, Any]) -> str:
    return str(front.get(f"/webhooks/{webhook['id']}/secret").json()["secret"])


def test_who_issues_an_invoice_has_it_told_to_the_receiver(
    open_to_us: Front, receiver: Receiver
) -> None:
    webhook = add(open_to_us, receiver, "invoice.issued")
    line = {"name": "consulting", "quantity": "2", "unit_price": "90000"}
    issued = open_to_us.post(
        "/invoices/issued", {"customer_id": open_to_us.desk.acme.id, "lines": [line]}
    )
    assert issued.status_code == 201
    (heard,) = receiver.wait_for(1)
    assert heard.is_signed_with(secret(open_to_us, webhook))
    assert heard.told["type"] == "invoice.issued"
    assert heard.told["data"]["number"] == issued.json()["number"]
    open_to_us.settled()
    deliveries = open_to_us.get(f"/webhooks/{webhook['id']}/deliveries").json()["items"]
    assert [one["message_id"] for one in deliveries] == [heard.headers["webhook-id"]]


def test_a_test_message_tells_at_once_how_it_went(open_to_us: Front, receiver: Receiver) -> None:
    webhook = add(open_to_us, receiver)
    answer = open_to_us.post(f"/webhooks/{webhook['id']}/test")
    assert answer.json()["state"] == "delivered"
    receiver.answers = [500]
    again = open_to_us.post(f"/webhooks/{webhook['id']}/test").json()
    assert (again["state"], again["tries"][0]["status"]) == ("failed", 500)
    assert receiver.heard[0].told["type"] == "webhook.test"
    failed = open_to_us.get(f"/webhooks/{webhook['id']}/deliveries?state=failed").json()
    assert [one["id"] for one in failed["items"]] == [again["id"]]
    refused = open_to_us.post(f"/webhooks/{webhook['id']}/deliveries/{again['id']}/replay")
    assert refused.status_code == 409


def test_a_new_secret_signs_beside_the_former_one(open_to_us: Front, receiver: Receiver) -> None:
    webhook = add(open_to_us, receiver)
    before = secret(open_to_us, webhook)
    rotated = open_to_us.post(f"/webhooks/{webhook['id']}/secret/rotate").json()
    assert rotated["former_secret_until"]
    now = secret(open_to_us, webhook)
    assert now != before
    open_to_us.post(f"/webhooks/{webhook['id']}/test")
    (heard,) = receiver.heard
    assert heard.is_signed_with(before)
    assert heard.is_signed_with(now)


def test_a_webhook_that_is_replaced_needs_the_version_that_was_read(
    open_to_us: Front, receiver: Receiver
) -> None:
    webhook = add(open_to_us, receiver)
    path = f"/webhooks/{webhook['id']}"
    paused = {"url": receiver.url, "paused": True}
    assert open_to_us.send("PUT", path, paused).status_code == 428
    tag = open_to_us.get(path).headers["etag"]
    changed = open_to_us.send("PUT", path, paused, headers={"If-Match": tag})
    assert changed.json()["pause_reason"] == "paused by hand"
    assert open_to_us.send("PUT", path, paused, headers={"If-Match": tag}).status_code == 412
    resumed = {"url": receiver.url}
    tag = changed.headers["etag"]
    assert not open_to_us.send("PUT", path, resumed, headers={"If-Match": tag}).json()["paused"]
    assert open_to_us.send("DELETE", path).status_code == 204
    assert open_to_us.get(path).status_code == 404


def test_what_happened_since_a_day_is_told_to_who_comes_later(
    open_to_us: Front, receiver: Receiver
) -> None:
    open_to_us.desk.issue()
    webhook = add(open_to_us, receiver, "invoice.issued")
    replayed = open_to_us.post(f"/webhooks/{webhook['id']}/replay", {"since": "2026-11-21"})
    count = replayed.json()["messages"]
    assert count >= 1
    receiver.wait_for(count)
    none = open_to_us.post(f"/webhooks/{webhook['id']}/replay", {"since": "2026-11-22"})
    assert none.json() == {"messages": 0, "after": 0}
    assert open_to_us.post(f"/webhooks/{webhook['id']}/replay", {}).json()["messages"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "https://10.0.0.1/in"}, "web_address_private"),
        ({"url": "ftp://hooks.example.com/in"}, "web_address"),
        ({"url": "https://hooks.example.com", "topics": ["invoice.painted"]}, "webhook_topic"),
        ({"url": ""}, "web_address"),
    ],
)
def test_an_address_or_topic_that_cannot_be_is_refused(
    open_to_us: Front, body: dict[str, object], code: str
) -> None:
    answer = open_to_us.post("/webhooks", body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_only_owners_and_admins_have_others_told(front: Front) -> None:
    body = {"url": "https://hooks.example.com/in"}
    for role in (Role.ACCOUNTANT, Role.COLLECTOR, Role.VIEWER, Role.API, Role.AUDITOR):
        assert front.post("/webhooks", body, role=role).status_code == 403
    assert front.post("/webhooks", body, role=Role.ADMIN).status_code == 201
    assert front.get("/webhooks", role=Role.AUDITOR).status_code == 200
    assert front.get("/webhooks", role=Role.API).status_code == 403
    topics = {one["topic"]: one["needs"] for one in front.get("/webhooks/topics").json()}
    assert topics["payment.recorded"] == "payments.read"


def test_messages_are_as_the_document_of_the_api_says(
    open_to_us: Front, receiver: Receiver
) -> None:
    document = open_to_us.client.get("/api/openapi.json").json()
    told = document["webhooks"]
    assert set(told) == set(topics())
    add(open_to_us, receiver)
    open_to_us.desk.issue()
    with open_to_us.desk.app.change() as ctx:
        note_call(ctx, "INV-2026-000001", "they call back")
    open_to_us.house.relay.poke("main")
    receiver.wait_for(3)
    for heard in receiver.heard:
        post = told[heard.told["type"]]["post"]
        schema = post["requestBody"]["content"]["application/json"]["schema"]
        validator = Draft202012Validator({**schema, "components": document["components"]})
        validator.validate(heard.told)
        assert heard.told["data"].keys() == _data_of(document, schema).keys()
        assert {one["name"] for one in post["parameters"]} <= heard.headers.keys()


def _data_of(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema["properties"]["data"]["$ref"].rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"][name]["properties"]
    return found


def test_a_home_of_its_own_has_no_webhook(fresh_home: Path) -> None:
    with open_front(fresh_home) as front:
        assert front.get("/webhooks").json() == []
