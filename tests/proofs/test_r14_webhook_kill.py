"""R14: the process that tells webhooks is killed in the middle of telling, again and again.

A try is one event that a webhook is to be told of. Counted: an event that never came, one whose
tries differ in their id or a byte of their content, one whose signature does not hold.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from net30.domain.delivery import DeliveryState
from net30.domain.webhook import Webhook
from net30.services.webhooks.deliver import LEASE
from net30.services.webhooks.log import list_deliveries
from tests.proofs.proof import Outcome
from tests.services.webhooks.conftest import Told, at_a_desk

ID = "R14"
TITLE = "webhook messages lost, changed or without a good signature after kill -9 while telling"
SMALL = 2  # kills
FULL = 100

INVOICES = range(2, 6)
"""So many are issued before each kill; each is told as two messages or more."""
ROUND_SECONDS_MAX = 60.0
ANSWER_SECONDS = 0.03
"""The receiver takes so long, so that a kill falls between a message and its answer."""
ROUNDS_MAX = 50


def run(size: int, seed: int) -> Outcome:
    """Kill so many tellers."""
    return killed(size, random.Random(seed), ())


def killed(kills: int, chance: random.Random, guard: tuple[str, ...]) -> Outcome:
    """Kill tellers, and look at what came in the end."""
    with tempfile.TemporaryDirectory() as name, at_a_desk(Path(name) / "home") as told:
        webhook = told.webhook()
        told.receiver.pause_seconds = ANSWER_SECONDS
        for _ in range(kills):
            for _ in range(chance.choice(INVOICES)):
                told.desk.issue()
            heard = len(told.receiver.heard)
            with _telling(Path(name) / "home", told.later.by, guard):
                _wait(told, heard + chance.choice((1, 1, 2, 3)))
                time.sleep(chance.uniform(0, ANSWER_SECONDS))
            told.later.by += LEASE + timedelta(seconds=1)
        told.receiver.pause_seconds = 0
        told.issue()
        for _ in range(ROUNDS_MAX):
            if not told.deliver().tried:
                break
        faults = list(_faults(told, webhook))
        tries = len({one.headers["webhook-id"] for one in told.receiver.heard})
        again = len(told.receiver.heard) - tries
    detail = f"{kills} kills, {tries} messages, {again} of them told again"
    return Outcome(tries, len(faults), "\n".join([detail, *faults[:5]]))


@contextmanager
def _telling(home: Path, ahead: timedelta, guard: tuple[str, ...]) -> Iterator[None]:
    """Run a teller, and kill it."""
    words = ["-m", "tests.proofs.telling_process", str(home), str(ahead.total_seconds()), *guard]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen([sys.executable, *words], env=environment) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGKILL)


def _wait(told: Told, count: int) -> None:
    until = time.monotonic() + ROUND_SECONDS_MAX
    while len(told.receiver.heard) < count and time.monotonic() < until:
        time.sleep(0.002)


def _faults(told: Told, webhook: Webhook) -> Iterator[str]:
    secret = told.secret(webhook)
    with told.desk.app.look() as ctx:
        happened = {one.sequence for one in ctx.tx.events()}
        every = list_deliveries(ctx, webhook.id, limit=500).deliveries
    heard = {one.told["sequence"] for one in told.receiver.heard}
    wanted = {one.sequence for one in every}
    for missing in sorted(wanted - heard):
        yield f"event {missing} was never told"
    for one in every:
        if one.state is not DeliveryState.DELIVERED:
            yield f"event {one.sequence} is {one.state.value}"
    for strange in sorted(heard - happened):
        yield f"event {strange} never happened"
    contents: dict[str, bytes] = {}
    for came in told.receiver.heard:
        name = came.headers["webhook-id"]
        if contents.setdefault(name, came.content) != came.content:
            yield f"message {name} came with other words"
        if not came.is_signed_with(secret):
            yield f"message {name} has no good signature"
    if len(contents) != len(heard):
        yield f"{len(heard)} events came as {len(contents)} messages"


@pytest.mark.slow
def test_every_message_arrives_though_its_teller_is_killed() -> None:
    outcome = run(SMALL, 14)
    assert outcome.holds, outcome.detail
    assert outcome.tries >= 8


@pytest.mark.slow
def test_a_teller_that_forgets_what_it_was_telling_is_noticed() -> None:
    assert killed(1, random.Random(14), ("forgetful",)).failures > 0
