"""The stream is down: invoices are issued as ever, /ready names it, and what waits follows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from net30.api.application import create_api
from net30.api.serving import recognised
from net30.domain.identity.roles import Role
from tests.api.front import US, Front, member_key
from tests.desk import open_desk
from tests.doubles.kafka_cluster import KafkaCluster, kafka_cluster
from tests.streams import bodies, read

DRAFT = {"customer_id": "Acme Corp", "lines": [{"name": "consulting", "unit_price": "90000"}]}
ISSUED_SECONDS_MAX = 1.0


@pytest.fixture
def cluster() -> Iterator[KafkaCluster]:
    with kafka_cluster() as opened:
        opened.topic("net30.events")
        yield opened


@pytest.fixture
def front(
    cluster: KafkaCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Front]:
    monkeypatch.setattr("net30.adapters.stream._brokers.ACKNOWLEDGED_SECONDS", 3.0)
    monkeypatch.setattr("net30.adapters.stream._brokers.ALONE_SECONDS", 0.5)
    monkeypatch.setattr("net30.services.relaying.RETRY_SECONDS", 1.0)
    desk = open_desk(tmp_path, stream_url=cluster.url, stream_facts="facts")
    key = member_key(desk.app, Role.OWNER, US)
    api = create_api(desk.app, partial(recognised, desk.app))
    with TestClient(api, raise_server_exceptions=False) as client:
        yield Front(desk, api, client, {(US, Role.OWNER): key})
    desk.app.close()


def issue(front: Front) -> str:
    began = time.monotonic()
    answer = front.post("/invoices/issued", DRAFT)
    assert answer.status_code == 201
    assert time.monotonic() - began < ISSUED_SECONDS_MAX
    return str(answer.json()["number"])


def test_a_stream_that_is_down_keeps_nobody_from_issuing_and_gets_all_when_it_is_back(
    cluster: KafkaCluster, front: Front
) -> None:
    first = issue(front)
    assert front.house.relay.rest()
    cluster.down()
    numbers = [first, *(issue(front) for _ in range(3))]
    assert front.house.relay.rest()
    assert front.client.get("/ready").json()["behind"] == ["stream"]
    cluster.up()
    ends = time.monotonic() + 20
    while front.client.get("/ready").json()["behind"]:
        assert time.monotonic() < ends
        time.sleep(0.2)
    assert front.desk.app.world.outlet
    told = read(
        front.desk.app.world.outlet.stream,
        "net30.events",
        lambda all_: {*numbers} <= {one["data"].get("number") for one in bodies(all_)},
    )
    places = [one["sequence"] for one in bodies(told)]
    assert sorted({*places}) == list(range(min(places), max(places) + 1))


def test_metrics_tell_this_machine_what_waits_in_the_stream(
    cluster: KafkaCluster, front: Front
) -> None:
    cluster.topic("facts", 2)
    local = TestClient(front.api, base_url="http://127.0.0.1", client=("127.0.0.1", 5))
    told = local.get("/metrics").text
    assert "net30_stream_up 1.0" in told
    assert 'net30_stream_facts_waiting{partition="1"} 0.0' in told
    key = front.keys[US, Role.OWNER]
    of_one = front.client.get("/metrics", headers={"Authorization": f"Bearer {key}"})
    assert of_one.status_code == 200
    assert "net30_stream" not in of_one.text
