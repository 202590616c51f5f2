"""R5 for the index in Azure AI Search: the service refuses, or keeps silent, then is well again.

Invoices are issued as ever, /ready names the projection that waits, and when the service is back
all documents that were issued meanwhile are found, without anybody's doing.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from net30.adapters.search.azure_search import service
from net30.api.application import create_api
from net30.api.serving import recognised
from net30.domain.identity.roles import Role
from net30.ports.search import Query
from net30.services import relaying
from net30.services.progress import waiting
from tests.api.front import US, Front, member_key
from tests.desk import TODAY, open_desk
from tests.doubles.search_server import SearchServer, search_server
from tests.proofs.proof import Outcome

ID = "R5"
TITLE = "invoices that Azure AI Search, refusing or silent, kept from being issued or found later"
SMALL = 6  # invoices for each fault
FULL = 100

SLOWER_MAX = 2.0
NOISE_SECONDS = 0.25
DRAINED_SECONDS = 60.0
NAMED_SECONDS = 30.0
DRAFT = {"customer_id": "Acme Corp", "lines": [{"name": "consulting", "unit_price": "90000"}]}


def run(size: int, seed: int) -> Outcome:
    """Issue `size` invoices under each fault; chance is the machine's own."""
    del seed
    outcomes = [run_with(size, silent=silent) for silent in (False, True)]
    return Outcome(
        tries=sum(outcome.tries for outcome in outcomes),
        failures=sum(outcome.failures for outcome in outcomes),
        detail="\n".join(outcome.detail for outcome in outcomes),
    )


def run_with(size: int, *, silent: bool) -> Outcome:
    """Issue before and while the service ails; then it is well, and all must be found."""
    faults: list[str] = []
    with (
        tempfile.TemporaryDirectory() as home,
        search_server() as server,
        _front(Path(home), server) as front,
    ):
        normal = _issued(front, size, faults)
        assert front.house.relay.rest(DRAINED_SECONDS)
        well = threading.Event()
        if silent:
            server.silent = well
        else:
            server.fails_with = 503
        ill = _issued(front, size, faults)
        faults += _named(front)
        server.silent, server.fails_with = None, 0
        well.set()
        faults += _not_found(front, 2 * size)
    limit = SLOWER_MAX * max(normal) + NOISE_SECONDS
    late = [seconds for seconds in ill if seconds > limit]
    faults += [f"an invoice took {seconds:.2f} s, at most {limit:.2f} s" for seconds in late]
    state = "silent" if silent else "refusing"
    detail = f"search {state}: slowest {max(ill):.2f} s, {max(normal):.2f} s before"
    return Outcome(size, len(faults), "\n".join([detail, *faults[:5]]))


@contextmanager
def _front(home: Path, server: SearchServer) -> Iterator[Front]:
    desk = open_desk(home, search_url=server.url(), search_key=server.admin_key)
    key = member_key(desk.app, Role.OWNER, US)
    api = create_api(desk.app, partial(recognised, desk.app))
    with TestClient(api, raise_server_exceptions=False) as client:
        yield Front(desk, api, client, {(US, Role.OWNER): key})
    desk.app.close()


def _issued(front: Front, size: int, faults: list[str]) -> list[float]:
    taken = []
    for _ in range(size):
        began = time.perf_counter()
        answer = front.post("/invoices/issued", DRAFT)
        taken.append(time.perf_counter() - began)
        if answer.status_code != 201:
            faults.append(f"{answer.status_code} {answer.text[:100]}")
    return taken


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
