"""What is counted, logged and traced of requests, and what is not."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from httpx2 import Response
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.testclient import TestClient

from net30.adapters.logs.json_lines import keep_log
from net30.api.application import create_api
from net30.api.serving import recognised
from net30.domain.identity.roles import Role
from tests.api.front import SECRET, THEM, US, Front, found_rival, member_key, open_front
from tests.desk import open_desk

DRAFT = {"customer_id": "Acme Corp", "lines": [{"name": "consulting", "unit_price": "90000"}]}


def scraped(front: Front, host: str = "127.0.0.1", **headers: str) -> Response:
    """Ask for /metrics as a program of a machine."""
    client = TestClient(front.api, base_url="http://127.0.0.1", client=(host, 50_000))
    return client.get("/metrics", headers=headers)


def values(answer: Response) -> dict[str, float]:
    assert answer.status_code == 200, answer.text
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_and_the_business_are_told_without_anybodys_data(front: Front) -> None:
    rival = found_rival(front.desk.app)
    number = front.post("/invoices/issued", DRAFT).json()["number"]
    front.settled()
    assert front.get(f"/invoices/{number}").status_code == 200
    assert front.get(f"/invoices/{rival['number']}").status_code in {200, 404}
    front.client.get(f"/api/v1/nothing/{SECRET}")
    answer = scraped(front)
    told = values(answer)
    labels = 'method="GET",route="/api/v1/invoices/{number}"'
    assert told[f'net30_requests_total{{{labels},status="200"}}'] >= 1
    assert told[f"net30_request_seconds_count{{{labels}}}"] >= 1
    assert told['net30_requests_total{method="GET",route="none",status="404"}'] >= 1
    assert told["net30_organisations"] == 2
    assert told["net30_numbers_given"] >= 4
    owed = told['net30_balance{currency="XOF",state="open"}']
    for theirs in (number, SECRET, "Zanzibar", "Acme", rival["number"], rival["customer"], THEM):
        assert theirs not in answer.text
    key = {"Authorization": f"Bearer {front.key()}"}
    own = values(scraped(front, "203.0.113.7", **key))
    assert own["net30_organisations"] == 1
    assert 0 < own['net30_balance{currency="XOF",state="open"}'] < owed


def test_metrics_are_for_this_machine_and_for_keys_that_may(front: Front) -> None:
    assert scraped(front).status_code == 200
    assert scraped(front, "203.0.113.7").status_code == 401
    assert scraped(front, **{"X-Forwarded-For": "203.0.113.7"}).status_code == 401
    assert scraped(front, Host="evil.example").status_code == 401
    assert scraped(front, Authorization="Bearer nothing").status_code == 401
    viewer = {"Authorization": f"Bearer {front.key(Role.VIEWER)}"}
    assert scraped(front, "203.0.113.7", **viewer).status_code == 200
    assert scraped(front, "203.0.113.7", **viewer).headers["cache-control"] == "no-store"


def test_what_waits_is_told_by_projection(fresh_home: Path) -> None:
    with open_front(fresh_home) as front:
        front.settled()
        front.house.relay.stop()
        front.post("/invoices/issued", DRAFT)
        told = values(scraped(front))
        assert told['net30_events_waiting{projection="search"}'] == 1
        assert 'net30_oldest_event_seconds{projection="search"}' in told


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Keep the log in memory for a test."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    # A library that sets up logging of its own in the same process turns others' loggers off.
    logging.getLogger("net30.request").disabled = False
    stream = io.StringIO()
    keep_log("INFO", stream)
    yield stream
    root.handlers = before
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_logged_with_who_asked_and_no_personal_data(
    front: Front, logged: io.StringIO
) -> None:
    sent = front.send(
        "GET", "/customers?text=Acme+Corp&limit=1", headers={"X-Request-Id": "mine-1"}
    )
    assert sent.headers["x-request-id"] == "mine-1"
    (line,) = [line for line in lines(logged) if line.get("request_id") == "mine-1"]
    assert line["route"] == "/api/v1/customers"
    assert (line["method"], line["level"], line["organisation"]) == ("GET", "info", US)
    assert line["status"] == sent.status_code
    assert line["user"]
    assert isinstance(line["ms"], float)
    assert front.key() not in logged.getvalue()
    assert "Acme" not in logged.getvalue()


def test_a_fault_is_logged_by_its_place_and_secrets_are_masked(logged: io.StringIO) -> None:
    log = logging.getLogger("net30.test")
    key = "n30k_label_" + "a" * 43
    try:
        int("Acme Corp owes 5")
    except ValueError:
        log.exception("broken with %s at postgresql://net30:hunter2@db/net30", key)
    (line,) = lines(logged)
    assert line["fault"] == "builtins.ValueError"
    assert "test_observing.py" in str(line["frames"])
    assert "Acme" not in logged.getvalue()
    assert key not in logged.getvalue()
    assert "hunter2" not in logged.getvalue()
    assert line["event"] == "broken with *** at postgresql://***db/net30"


class Collector(BaseHTTPRequestHandler):
    """Takes traces in, as an OpenTelemetry collector does."""

    def do_POST(self) -> None:
        """Keep what was sent."""
        size = int(self.headers["content-length"])
        told = ExportTraceServiceRequest.FromString(self.rfile.read(size))
        self.server.told.append((self.path, told))  # type: ignore[attr-defined] # our own list on a plain server # our own list
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def collector() -> Iterator[tuple[str, list[tuple[str, ExportTraceServiceRequest]]]]:
    """Run a collector on a port of this machine; lend its address and what it was told."""
    server = HTTPServer(("127.0.0.1", 0), Collector)
    server.told = []  # type: ignore[attr-defined] # our own list
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.told  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_request_is_a_step_of_the_trace_that_it_came_with(fresh_home: Path) -> None:
    trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    with collector() as (url, told):
        desk = open_desk(fresh_home, traces_url=url)
        key = member_key(desk.app, Role.OWNER, US)
        with desk.app.traced() as app:
            api = create_api(app, partial(recognised, app))
            with TestClient(api, raise_server_exceptions=False) as client:
                headers = {
                    "Authorization": f"Bearer {key}",
                    "traceparent": f"00-{trace}-{parent}-01",
                }
                assert client.get("/api/v1/invoices/none", headers=headers).status_code == 404
            assert app.tracer
            with app.tracer.step(None) as beside:
                beside.end("relay", {}, failed=True)
        desk.app.close()
    path, sent = told[0]
    assert path == "/v1/traces"
    span, beside_it = sent.resource_spans[0].scope_spans[0].spans
    assert (beside_it.name, beside_it.parent_span_id) == ("relay", b"")
    assert beside_it.kind != span.kind
    assert (span.name, span.trace_id.hex()) == ("GET /api/v1/invoices/{number}", trace)
    assert span.parent_span_id.hex() == parent
    facts = {fact.key: fact.value for fact in span.attributes}
    assert facts["http.response.status_code"].int_value == 404
    assert facts["net30.organisation"].string_value == US


def test_without_a_collector_nothing_is_traced_and_one_that_is_away_stops_nothing(
    fresh_home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = open_desk(fresh_home)
    with desk.app.traced() as app:
        assert app.tracer is None
    away = replace(desk.app, settings=replace(desk.app.settings, traces_url="http://127.0.0.1:9"))
    with away.traced() as app, TestClient(create_api(app, partial(recognised, app))) as client:
        assert client.get("/health").status_code == 200
    desk.app.close()
