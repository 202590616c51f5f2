"""Stream: facts a second from a topic into the books, beside a bare loop that only reads them.

The cluster is librdkafka's own mock, in another process, so the brokers cost next to nothing. The
bare loop takes the same messages with confluent-kafka, parses their JSON and commits; net30 checks
each, writes it to SQLite, extends the ledger, scores all that is open and publishes what changed.
The time of one fact is from before it is written until its prediction is read from the other topic.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer

from bench.bench import Row, compare
from net30.app import App
from net30.ports.stream import Message
from net30.worker.streaming import intake_of
from tests.desk import open_desk
from tests.doubles.kafka_cluster import KafkaCluster, kafka_cluster
from tests.streams import invoice, payment

FACTS = 10_000
SINGLE = 60
AT_ONCE = 1000
CUSTOMERS = 200


def measure() -> list[Row]:
    """Measure many facts at once, and one at a time on books of ten thousand."""
    with tempfile.TemporaryDirectory() as folder, kafka_cluster() as cluster:
        for topic in ("facts", "facts.dead-letters", "net30.events", "net30.predictions"):
            cluster.topic(topic)
        desk = open_desk(Path(folder), stream_url=cluster.url, stream_facts="facts")
        _put(desk.app, FACTS)
        bare = _bare(cluster)
        with _taking(desk.app) as waiting:
            began, worked = time.perf_counter(), time.process_time()
            while waiting():
                time.sleep(0.1)
            ours, worked = time.perf_counter() - began, time.process_time() - worked
            taken = sorted(_one_by_one(desk.app))
        desk.app.close()
    half, most = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
    return [
        compare(
            f"{FACTS:,} facts into the books",
            (f"net30, with predictions: {FACTS / ours:,.0f} a second", ours),
            (f"confluent-kafka, read and parsed only: {FACTS / bare:,.0f} a second", bare),
        ),
        Row(
            case="the same, by what it takes of the processor",
            ours=f"{FACTS / worked:,.0f} facts a processor second",
        ),
        Row(
            case=f"fact in to prediction out, {FACTS - FACTS // 3:,} invoices in the books",
            ours=f"p50 {half * 1000:.0f} ms, p99 {most * 1000:.0f} ms",
        ),
    ]


def _put(app: App, count: int) -> None:
    assert app.world.outlet
    for start in range(0, count, AT_ONCE):
        app.world.outlet.stream.publish(
            [_message(f"F{at}", at) for at in range(start, min(count, start + AT_ONCE))]
        )


def _message(number: str, at: int) -> Message:
    """Return an invoice, or for each third one a payment of the invoice before it."""
    fact: dict[str, Any] = invoice(number, customer_id=f"c{at % CUSTOMERS}", customer=f"C {at}")
    if at % 3 == 2:
        fact = payment(f"F{at - 1}", "1250.50")
    return Message(topic="facts", key=fact["invoice_id"], value=json.dumps(fact).encode())


def _bare(cluster: KafkaCluster) -> float:
    """Return the seconds of a loop that reads, parses and commits."""
    options = {"bootstrap.servers": cluster.bootstrap, "group.id": "bare"}
    consumer = Consumer({**options, "auto.offset.reset": "earliest", "enable.auto.commit": False})
    consumer.subscribe(["facts"])
    first = consumer.consume(1, timeout=10)
    done, began = len(first), time.perf_counter()
    while done < FACTS:
        found = consumer.consume(AT_ONCE, timeout=0.05)
        for message in found:
            json.loads(message.value() or b"")
        done += len(found)
        if found:
            consumer.commit(asynchronous=False)
    seconds = time.perf_counter() - began
    consumer.close()
    return seconds


@contextmanager
def _taking(app: App) -> Iterator[Any]:  # Any: how many wait
    """Run what takes facts in, beside us as in the worker."""
    intake = intake_of(app, lambda _organisation: None)
    assert intake
    ending = Event()
    thread = Thread(target=intake.run, args=(ending,))
    thread.start()
    stream = intake.outlet.stream
    try:
        yield lambda: sum(one.waiting for one in stream.lag("facts", "net30"))
    finally:
        ending.set()
        thread.join()


def _one_by_one(app: App) -> Iterator[float]:
    """Yield the seconds from each fact to its prediction."""
    assert app.world.outlet
    stream = app.world.outlet.stream
    with stream.reading("net30.predictions", uuid4().hex) as reader:
        while any(one.waiting for one in stream.lag("facts", "net30")):
            time.sleep(0.1)
        while reader.take(2.0):
            pass
        for at in range(SINGLE):
            name, began = f"S{at}", time.perf_counter()
            fact = invoice(name, customer_id=f"c{at % CUSTOMERS}", customer=f"C {at}")
            stream.publish([Message(topic="facts", key=name, value=json.dumps(fact).encode())])
            wanted = f"main/stream.{name}".encode()
            while not any(one.key == wanted for one in reader.take(1.0)):
                pass
            yield time.perf_counter() - began
