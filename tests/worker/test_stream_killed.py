"""The process that takes facts in is killed again and again: nothing is lost, nothing is double."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from net30.app import App, open_app
from net30.domain.open_item import OpenItem
from net30.domain.payment import Payment
from net30.domain.stream_position import StreamPosition
from net30.ports.stream import Received
from net30.services.check_books import check_books
from net30.services.streaming.outlet import GROUP
from net30.settings import load
from tests.doubles.kafka_cluster import KafkaCluster, kafka_cluster
from tests.streams import SECONDS_MAX, Said, bodies, invoice, payment, put, read

INVOICES, KILLS = 300, 3
PAID = 3
"""Every so many invoices one is paid, in two parts."""


@pytest.fixture
def cluster() -> Iterator[KafkaCluster]:
    with kafka_cluster() as opened:
        for topic in ("facts", "facts.dead-letters", "net30.events", "net30.predictions"):
            opened.topic(topic, 2)
        yield opened


@pytest.fixture
def env(cluster: KafkaCluster, tmp_path: Path) -> dict[str, str]:
    return {
        "NET30_HOME": str(tmp_path),
        "NET30_STREAM_URL": f"{cluster.url}?session.timeout.ms=1500",
        "NET30_STREAM_FACTS": "facts",
    }


@contextmanager
def taking(env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run `net30 stream run`."""
    command = (sys.executable, "-m", "net30", "stream", "run")
    process = subprocess.Popen(command, env=os.environ | env, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def facts() -> list[Said]:
    told: list[Said] = []
    for at in range(INVOICES):
        told.append(invoice(f"F{at}", customer_id=f"c{at % 20}", customer=f"Customer {at % 20}"))
        if at % PAID == 0:
            told += [payment(f"F{at}", "1000"), payment(f"F{at}", "250.50")]
        if at % 50 == 49:
            told.append(payment(f"NONE{at}", "1"))
    return told


def left(app: App) -> int:
    assert app.world.outlet
    return sum(one.waiting for one in app.world.outlet.stream.lag("facts", GROUP))


@pytest.mark.slow
def test_after_kills_at_any_moment_each_fact_is_in_the_books_once(env: dict[str, str]) -> None:
    chance = random.Random(7)
    app = open_app(load(env))
    assert app.world.outlet
    told = facts()
    stream = app.world.outlet.stream
    for turn in range(KILLS):
        put(stream, "facts", _share(told, turn))
        with taking(env) as process:
            assert process.stdout
            process.stdout.readline()  # it has begun
            time.sleep(chance.uniform(0.1, 2.5))
            process.send_signal(signal.SIGKILL)
    put(stream, "facts", _share(told, KILLS))
    with taking(env) as process:
        ends = time.monotonic() + 3 * SECONDS_MAX
        while left(app):
            assert time.monotonic() < ends
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    _check(app)
    app.close()


def _share(told: list[Said], turn: int) -> list[Said]:
    """Return one of the shares in which all is told, in order."""
    size = -(-len(told) // (KILLS + 1))
    return told[turn * size : (turn + 1) * size]


def _check(app: App) -> None:
    with app.look() as ctx:
        items = [one.value for one in ctx.tx.page(OpenItem, limit=1000)]
        payments = ctx.tx.page(Payment, limit=1000)
        positions = [one.value for one in ctx.tx.page(StreamPosition, limit=10)]
    paid = len(range(0, INVOICES, PAID))
    assert sorted(one.number for one in items) == sorted(f"F{at}" for at in range(INVOICES))
    assert len(payments) == 2 * paid
    assert {one.balance.minor for one in items} == {0, 125_050}
    assert sum(one.balance.minor == 0 for one in items) == paid
    assert sum(one.taken for one in positions) == INVOICES + 2 * paid
    assert sum(one.refused for one in positions) == INVOICES // 50
    assert app.settle().ok
    with app.look() as ctx:
        assert not check_books(ctx).findings
    assert app.world.outlet
    stream = app.world.outlet.stream
    # Predictions, read to their end, say what the books say: who is open, and nobody else.
    wanted = {f"stream.F{at}" for at in range(INVOICES) if at % PAID}
    state: dict[str, str] = {}

    def agrees(found: list[Received]) -> bool:
        for said in bodies(found):
            state[said["data"]["invoice_id"]] = said["type"]
        return {name for name, kind in state.items() if kind == "prediction.made"} == wanted

    read(stream, "net30.predictions", agrees)
