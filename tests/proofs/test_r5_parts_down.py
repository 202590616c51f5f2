"""R5: files, search or mail down, or ten seconds slow: invoices are issued as ever.

The books need none of them: what follows from a change follows when the part is back, by itself.
The chat model has no part in it, and there is no cache server. A slow part is no fault to name: its
events wait, and are named once they wait for more than half a minute.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from net30.app import App
from net30.kernel.errors import Unavailable
from net30.services import relaying
from tests.api.front import Front
from tests.desk import open_desk
from tests.proofs.ailing_front import (
    DRAINED_SECONDS,
    SLOW_SECONDS,
    front_of,
    issue,
    left_behind,
    not_named,
    outcome_of,
    together,
    too_late,
)
from tests.proofs.proof import Outcome

ID = "R5"
TITLE = "invoices that a part which is down or slow kept from being issued quickly"
SMALL = 8  # invoices for each part and fault
FULL = 100

PARTS = ("blobs", "search", "mail")


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
    return together(outcomes)


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
    faults += too_late(normal, ill)
    state = f"{SLOW_SECONDS:.0f} s slow" if slow else "down"
    return outcome_of(size, faults, f"{part} {state}", (max(ill), max(normal)))


@contextmanager
def _front(home: Path, part: str, slow: bool, waits: bool) -> Iterator[tuple[Front, Ailing]]:  # noqa: FBT001 - private
    desk = open_desk(home)
    ailing = Ailing(getattr(desk.app.world, part), slow=slow)
    world = replace(desk.app.world, **{part: cast("Any", ailing)})
    app: App = replace(desk.app, world=world)
    with front_of(desk, app) as front:
        if waits:
            object.__setattr__(front.house, "relay", Waits(front.house.relay))
        yield front, ailing


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
