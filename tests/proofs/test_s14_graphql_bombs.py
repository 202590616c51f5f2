"""S14: documents of GraphQL that would bring a server down: deep, wide, doubling, many at once.

A try is one such request of an owner. Counted: one that is not refused as a whole, one whose
refusal takes 50 ms of a processor or more, one after which something has changed.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from net30.api.graphql.limits import LIMITS, Limits
from tests.api.bombs import BOMBS
from tests.api.front import Front, open_front
from tests.proofs.proof import Outcome

ID = "S14"
TITLE = "GraphQL bombs that were carried out, or refused in 50 ms of a processor or more"
SMALL = 85
FULL = 2_000
MILLISECONDS_MAX = 50
TRACED = 4
"""Under a tracer, which counts lines for the coverage, everything takes so much longer."""
AGAIN = 5
"""A slow one is tried so often: only what is slow each time is slow by itself."""


def run(size: int, seed: int) -> Outcome:
    """Send so many bombs, of each kind in its turn."""
    return tried(size, seed, LIMITS)


def tried(size: int, seed: int, limits: Limits) -> Outcome:
    """Send bombs to an API with some limits."""
    chance = random.Random(seed)
    wrong: list[str] = []
    slowest = 0.0
    with (
        tempfile.TemporaryDirectory() as folder,
        open_front(Path(folder) / "home", api_rate_per_minute=10_000_000) as front,
    ):
        front.api.state.graphql.limits = limits
        sent(front, b'{"query": "{ me { name } }"}')  # the schema is made with the first request
        before = front.desk.app.world.store.organisations(), _last_event(front)
        for at in range(size):
            bomb = BOMBS[at % len(BOMBS)]
            fault, took = _fault(front, json.dumps(bomb(chance)).encode())
            slowest = max(slowest, took)
            wrong += [f"{bomb.__name__}: {fault}"] if fault else []
        if before != (front.desk.app.world.store.organisations(), _last_event(front)):
            wrong.append("something has changed")
    detail = "\n".join([f"slowest refusal {slowest:.1f} ms of a processor", *wrong[:10]])
    return Outcome(size, len(wrong), detail)


def _fault(front: Front, body: bytes) -> tuple[str, float]:
    took = []
    for _ in range(AGAIN):
        began = time.process_time()
        status, text = sent(front, body)
        took.append(1000 * (time.process_time() - began))
        if status < 400 or status >= 500 or '"data"' in text:
            return f"{status} {text[:200]}", min(took)
        if took[-1] < MILLISECONDS_MAX * (TRACED if sys.gettrace() else 1):
            return "", took[-1]
    return f"refused in {min(took):.0f} ms", min(took)


def sent(front: Front, body: bytes) -> tuple[int, str]:
    """Send a body and return the status and text of the answer."""
    headers = {"Authorization": f"Bearer {front.key()}", "Content-Type": "application/json"}
    answer = front.client.post("/api/graphql", content=body, headers=headers)
    return answer.status_code, answer.text


def _last_event(front: Front) -> tuple[int, str]:
    with front.desk.app.look() as ctx:
        return ctx.tx.last_event()


@pytest.mark.slow
def test_every_bomb_is_refused_before_it_runs() -> None:
    outcome = run(SMALL, 14)
    assert outcome.holds, outcome.detail


@pytest.mark.slow
def test_an_api_without_some_limits_is_noticed() -> None:
    lax = replace(LIMITS, aliases=1_000, depth=1_000, cost=10**12, documents=20)
    assert tried(len(BOMBS), 14, lax).failures > 0
