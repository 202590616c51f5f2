"""Streams for tests: topics of a test's own, what is written to them, and what was told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from net30.ports.stream import Message, Received, Stream

SECONDS_MAX = 30.0

Said = dict[str, Any]  # Any: what JSON holds


def invoice(number: str, **more: object) -> Said:
    """A fact: an invoice of Baobab over 1,250.50 euros."""
    return {
        "invoice_id": number,
        "customer_id": "c9",
        "customer": "Baobab",
        "issue_date": "2026-10-01",
        "due_date": "2026-10-31",
        "amount": "1250.50",
        "currency": "EUR",
        **more,
    }


def payment(number: str, amount: str, **more: object) -> Said:
    """A fact: a payment of an invoice."""
    return {
        "fact": "payment",
        "invoice_id": number,
        "amount": amount,
        "paid_date": "2026-11-02",
        **more,
    }


def own(name: str) -> str:
    """Return a name that no other test has."""
    return f"{name}-{uuid4().hex[:12]}"


def received(*facts: object, first: int = 0, partition: int = 0) -> list[Received]:
    """Messages as they would be read from a topic."""
    return [
        Received(
            topic="facts",
            partition=partition,
            offset=first + at,
            key=b"",
            value=fact if isinstance(fact, bytes) else json.dumps(fact).encode(),
            headers={},
            milliseconds=0,
        )
        for at, fact in enumerate(facts)
    ]


def put(stream: Stream, topic: str, facts: Sequence[Said]) -> None:
    """Write facts, those of an invoice with its key."""
    stream.publish(
        [
            Message(
                topic=topic, key=str(fact.get("invoice_id", "")), value=json.dumps(fact).encode()
            )
            for fact in facts
        ]
    )


def read(stream: Stream, topic: str, until: Callable[[list[Received]], bool]) -> list[Received]:
    """Read a topic from its start until enough has come; fails when it does not."""
    found: list[Received] = []
    ends = time.monotonic() + SECONDS_MAX
    with stream.reading(topic, own("reader")) as reader:
        while not until(found):
            assert time.monotonic() < ends, f"{len(found)} messages of {topic} came"
            found += reader.take(0.2)
    return found


def bodies(messages: Sequence[Received]) -> list[Said]:
    """Return what messages say."""
    return [json.loads(one.value) for one in messages]
