"""What the proofs R5 share: a front, invoices that are issued by it, and what counts as late."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from starlette.testclient import TestClient

from net30.api.application import create_api
from net30.api.serving import recognised
from net30.app import App
from net30.domain.identity.roles import Role
from net30.services.progress import waiting
from tests.api.front import US, Front, member_key
from tests.desk import Desk
from tests.proofs.proof import Outcome

SLOW_SECONDS = 10.0
SLOWER_MAX = 2.0
NOISE_SECONDS = 0.25
"""What a machine with other work may add to the slowest answer."""
DRAINED_SECONDS = 60.0
DRAFT = {"customer_id": "Acme Corp", "lines": [{"name": "consulting", "unit_price": "90000"}]}


@contextmanager
def front_of(desk: Desk, app: App | None = None) -> Iterator[Front]:
    """Lend the front of a desk, or of its application with another part; closed at the end."""
    app = app or desk.app
    key = member_key(desk.app, Role.OWNER, US)
    api = create_api(app, partial(recognised, app))
    with TestClient(api, raise_server_exceptions=False) as client:
        yield Front(replace(desk, app=app), api, client, {(US, Role.OWNER): key})
    desk.app.close()


def issue(front: Front, size: int, faults: list[str], *, sends: bool = True) -> list[float]:
    """Issue invoices, and send them; return the seconds of each answer to an issue."""
    taken = []
    for _ in range(size):
        began = time.perf_counter()
        answer = front.post("/invoices/issued", DRAFT)
        taken.append(time.perf_counter() - began)
        if answer.status_code != 201:
            faults.append(f"{answer.status_code} {answer.text[:100]}")
        elif sends:
            front.post(f"/invoices/{answer.json()['number']}/send", {"to": "desk@acme.example"})
    return taken


def too_late(normal: list[float], ill: list[float], noise: float = NOISE_SECONDS) -> list[str]:
    """Return the answers that took longer, as something ailed, than they may."""
    limit = SLOWER_MAX * max(normal) + noise
    late = [seconds for seconds in ill if seconds > limit]
    return [f"an invoice took {seconds:.2f} s, at most {limit:.2f} s" for seconds in late]


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


def outcome_of(size: int, faults: list[str], state: str, seconds: tuple[float, float]) -> Outcome:
    """Return what came of a fault: the slowest answer while it lasted, and before."""
    ill, normal = seconds
    detail = f"{state}: slowest {ill:.2f} s, {normal:.2f} s before"
    return Outcome(size, len(faults), "\n".join([detail, *faults[:5]]))


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of several faults."""
    each = list(outcomes)
    return Outcome(
        tries=sum(outcome.tries for outcome in each),
        failures=sum(outcome.failures for outcome in each),
        detail="\n".join(outcome.detail for outcome in each),
    )
