"""The worker takes in the facts of the stream beside its other work."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from net30.domain.open_item import OpenItem
from net30.worker.chores import predictions
from net30.worker.streaming import Streaming, intake_of
from tests.desk import Desk, open_desk
from tests.doubles.kafka_cluster import KafkaCluster
from tests.streams import SECONDS_MAX, bodies, invoice, own, put, read


def joined(kafka: KafkaCluster, home: Path, **more: object) -> Desk:
    names = {f"stream_{name}": kafka.topic(own(name)) for name in ("facts", "events")}
    names["stream_predictions"] = kafka.topic(own("predictions"))
    return open_desk(home, stream_url=f"{kafka.url}?session.timeout.ms=2000", **names | more)


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + SECONDS_MAX
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.1)


def open_items(desk: Desk) -> int:
    with desk.app.look() as ctx:
        return len(ctx.tx.page(OpenItem, limit=10))


def test_the_worker_takes_facts_in_until_it_is_stopped(kafka: KafkaCluster, tmp_path: Path) -> None:
    desk = joined(kafka, tmp_path)
    poked: list[str] = []
    intake = intake_of(desk.app, poked.append)
    assert intake
    streaming = Streaming(intake)
    streaming.start()
    put(intake.outlet.stream, intake.outlet.facts, [invoice("F1")])
    until(lambda: open_items(desk) == 1 and "main" in poked)
    streaming.stop()
    put(intake.outlet.stream, intake.outlet.facts, [invoice("F2")])
    time.sleep(0.5)
    assert open_items(desk) == 1
    desk.app.close()


def test_without_a_topic_of_facts_nothing_is_read(kafka: KafkaCluster, tmp_path: Path) -> None:
    desk = joined(kafka, tmp_path, stream_facts="")
    assert intake_of(desk.app, lambda _organisation: None) is None
    desk.app.close()


def test_the_chore_tells_predictions_of_what_was_issued_here(
    kafka: KafkaCluster, tmp_path: Path
) -> None:
    desk = joined(kafka, tmp_path)
    issued = desk.issue()
    desk.app.settle()
    predictions.run(desk.app)
    predictions.run(desk.app)
    outlet = desk.app.world.outlet
    assert outlet
    told = bodies(read(outlet.stream, outlet.predictions, bool))
    assert [one["data"]["invoice_id"] for one in told] == [issued.id]
    desk.app.close()


def test_without_a_stream_the_chore_does_nothing(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    predictions.run(desk.app)
    assert not list(desk.app.world.blobs.names("main", "stream/"))
    desk.app.close()
