"""R5 for the index in Azure AI Search: the service refuses, or keeps silent, then is well again.

Invoices are issued as ever, /ready names the projection that waits, and when the service is back
all documents that were issued meanwhile are found, without anybody's doing.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

import pytest

from net30.adapters.search.azure_search import service
from net30.ports.search import Query
from net30.services import relaying
from net30.services.progress import waiting
from tests.api.front import US, Front
from tests.desk import TODAY, open_desk
from tests.doubles.search_server import search_server
from tests.proofs.ailing_front import (
    DRAINED_SECONDS,
    front_of,
    issue,
    outcome_of,
    together,
    too_late,
)
from tests.proofs.proof import Outcome

ID = "R5"
TITLE = "invoices that Azure AI Search, refusing or silent, kept from being issued or found later"
SMALL = 6  # invoices for each fault
FULL = 100

NAMED_SECONDS = 30.0


def run(size: int, seed: int) -> Outcome:
    """Issue `size` invoices under each fault; chance is the machine's own."""
    del seed
    outcomes = [run_with(size, silent=silent) for silent in (False, True)]
    return together(outcomes)


def run_with(size: int, *, silent: bool) -> Outcome:
    """Issue before and while the service ails; then it is well, and all must be found."""
    faults: list[str] = []
    with (
        tempfile.TemporaryDirectory() as home,
        search_server() as server,
        front_of(
            open_desk(Path(home), search_url=server.url(), search_key=server.admin_key)
        ) as front,
    ):
        normal = issue(front, size, faults, sends=False)
        assert front.house.relay.rest(DRAINED_SECONDS)
        well = threading.Event()
        if silent:
            server.silent = well
        else:
            server.fails_with = 503
        ill = issue(front, size, faults, sends=False)
        faults += _named(front)
        server.silent, server.fails_with = None, 0
        well.set()
        faults += _not_found(front, 2 * size)
    faults += too_late(normal, ill)
    state = "silent" if silent else "refusing"
    return outcome_of(size, faults, f"search {state}", (max(ill), max(normal)))


def _named(front: Front) -> list[str]:
    """Return what /ready does not say of a service that ails."""
    until = time.monotonic() + NAMED_SECONDS
    ready: dict[str, object] = {}
    while time.monotonic() < until:
        ready = front.client.get("/ready").json()
        if ready["behind"] == ["search"]:
            return []
        time.sleep(0.05)
    return [f"/ready says {ready}"]


def _not_found(front: Front, size: int) -> list[str]:
    """Return what has not followed by itself, though the service is well again."""
    until = time.monotonic() + DRAINED_SECONDS
    world = front.desk.app.world
    while any(one.projection == "search" for one in waiting(world)) and time.monotonic() < until:
        time.sleep(0.05)
    total = world.search.find(US, Query(as_of=TODAY, text="acme")).total
    return [] if total == size else [f"{total} of {size} invoices are found"]


@pytest.fixture(autouse=True)
def _tried_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "RETRY_SECONDS", 0.5)
    monkeypatch.setattr(service, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(service, "RETRIES", 0)


@pytest.mark.slow
@pytest.mark.parametrize("silent", [False, True])
def test_invoices_are_issued_and_found_later_while_the_service_ails(*, silent: bool) -> None:
    outcome = run_with(SMALL, silent=silent)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail
