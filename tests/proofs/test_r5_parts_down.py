"""R5: files, search or mail down, or ten seconds slow: invoices are issued as ever.

The books need none of them: what follows from a change follows when the part is back, by itself.
The chat model has no part in it, and there is no cache server. A slow part is no fault to name: its
events wait, and are named once they wait for more than half a minute.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from net30.api.application import create_api
from net30.api.serving import recognised
from net30.app import App
from net30.domain.identity.roles import Role
from net30.kernel.errors import Unavailable
from net30.services import relaying
from net30.services.progress import waiting
from tests.api.front import US, Front, member_key
from tests.desk import open_desk
from tests.proofs.proof import Outcome

ID = "R5"
TITLE = "invoices that a part which is down or slow kept from being issued quickly"
SMALL = 8  # invoices for each part and fault
FULL = 100

PARTS = ("blobs", "search", "mail")
SLOW_SECONDS = 10.0
SLOWER_MAX = 2.0
NOISE_SECONDS = 0.25
"""What a machine with other work may add to the slowest answer."""
DRAINED_SECONDS = 60.0
DRAFT = {"customer_id": "Acme Corp", "lines": [{"name": "consulting", "unit_price": "90000"}]}


class Ailing:
    """A part that is down, or slow, until it is well again."""

    def __init__(self, part: object, *, slow: bool) -> None:
        self._part = part
        self._slow = slow
        self.well = threading.Event()

    def __getattr__(self, name: str) -> Any:  # Any: whatever the real part has
        if name == "fault":  # what /ready asks: known at once
            return lambda: "" if self._slow or self.well.is_set() else "this part is down"
        found = getattr(self._part, name)
        return partial(self._call, found) if callable(found) else found

    def _call(self, real: Any, *words: object, **named: object) -> object:
        if not self.well.is_set():
            if not self._slow:
                raise Unavailable("this part is down", hint="wait", code="down")
            self.well.wait(SLOW_SECONDS)
        return real(*words, **named)


class Waits:
    """The guard removed: whoever changes something waits until all has followed."""

    def __init__(self, relay: Any) -> None:  # Any: a relay
        self._relay = relay

    def __getattr__(self, name: str) -> Any:
        return getattr(self._relay, name)

    def poke(self, organisation: str) -> None:
        """Wait."""
        self._relay.poke(organisation)
        self._relay.rest(SLOW_SECONDS)


def run(size: int, seed: int) -> Outcome:
    """Issue `size` invoices under each fault of each part; chance is the machine's own."""
    del seed
    outcomes = [run_with(size, part, slow=slow) for part in PARTS for slow in (False, True)]
    return Outcome(
        tries=sum(outcome.tries for outcome in outcomes),
        failures=sum(outcome.failures for outcome in outcomes),
        detail="\n".join(outcome.detail for outcome in outcomes),
    )


def run_with(size: int, part: str, *, slow: bool, waits: bool = False) -> Outcome:
    """Issue invoices before and while a part ails; then it is well, and all must follow."""
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name, _front(Path(name), part, slow, waits) as opened:
        front, ailing = opened
        ailing.well.set()
        normal = issue(front, size, faults)
        assert front.house.relay.rest(DRAINED_SECONDS)
        ailing.well.clear()
        ill = issue(front, size, faults)
        if not slow:
            faults += not_named(front)
        ailing.well.set()
        faults += left_behind(front)
    limit = SLOWER_MAX * max(normal) + NOISE_SECONDS
    late = [seconds for seconds in ill if seconds > limit]
    faults += [f"an invoice took {seconds:.2f} s, at most {limit:.2f} s" for seconds in late]
    state = f"{SLOW_SECONDS:.0f} s slow" if slow else "down"
    detail = f"{part} {state}: slowest {max(ill):.2f} s, {max(normal):.2f} s before"
    return Outcome(size, len(faults), "\n".join([detail, *faults[:5]]))


@contextmanager
def _front(home: Path, part: str, slow: bool, waits: bool) -> Iterator[tuple[Front, Ailing]]:  # noqa: FBT001 - private
    desk = open_desk(home)
    ailing = Ailing(getattr(desk.app.world, part), slow=slow)
    world = replace(desk.app.world, **{part: cast("Any", ailing)})
    app: App = replace(desk.app, world=world)
    key = member_key(desk.app, Role.OWNER, US)
    api = create_api(app, partial(recognised, app))
    if waits:
        object.__setattr__(api.state.house, "relay", Waits(api.state.house.relay))
    with TestClient(api, raise_server_exceptions=False) as client:
        yield Front(replace(desk, app=app), api, client, {(US, Role.OWNER): key}), ailing
    desk.app.close()


def issue(front: Front, size: int, faults: list[str]) -> list[float]:
    """Issue and send invoices; return the seconds of each answer to an issue."""
    taken = []
    for _ in range(size):
        began = time.perf_counter()
        answer = front.post("/invoices/issued", DRAFT)
        taken.append(time.perf_counter() - began)
        if answer.status_code != 201:
            faults.append(f"{answer.status_code} {answer.text[:100]}")
        else:
            front.post(f"/invoices/{answer.json()['number']}/send", {"to": "desk@acme.example"})
    return taken


def not_named(front: Front) -> list[str]:
    """Return what /ready does not say of a part that is down."""
    front.house.relay.rest(DRAINED_SECONDS)
    ready = front.client.get("/ready").json()
    return [] if ready["behind"] else [f"/ready says {ready}"]


def left_behind(front: Front) -> list[str]:
    """Return what has not followed by itself, though the part is well again."""
    until = time.monotonic() + DRAINED_SECONDS
    left = list(waiting(front.desk.app.world))
    while left and time.monotonic() < until:
        time.sleep(0.05)
        left = list(waiting(front.desk.app.world))
    return [f"{one.projection} has {one.events} events to take in" for one in left]


@pytest.fixture(autouse=True)
def _tried_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "RETRY_SECONDS", 0.5)


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_invoices_are_issued_while_a_part_is_down_or_slow(part: str) -> None:
    for slow in (False, True):
        outcome = run_with(SMALL, part, slow=slow)
        print(outcome, outcome.detail)
        assert outcome.holds, outcome.detail


@pytest.mark.slow
def test_waiting_for_what_follows_would_make_a_slow_part_everybodys() -> None:
    outcome = run_with(2, "blobs", slow=True, waits=True)
    assert outcome.failures > 0
    assert "an invoice took" in outcome.detail
