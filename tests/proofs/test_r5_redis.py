"""R5 for the cache: Redis killed, or stopped in the middle (it takes what is said and is silent).

Invoices are issued and lists are read as ever: each process keeps answers by itself meanwhile, one
request in some seconds waits a quarter of a second, /ready says that the cache is down, and when
Redis is back it is used again without anybody's doing.
"""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from net30.adapters.cache import _redis_server
from net30.ports.cache import Cache
from tests.api.front import Front
from tests.desk import open_desk
from tests.proofs.ailing_front import (
    DRAFT,
    NOISE_SECONDS,
    SLOWER_MAX,
    front_of,
    outcome_of,
    together,
)
from tests.proofs.proof import Outcome
from tests.redis_server import RedisServer, redis_server

ID = "R5"
TITLE = "requests that Redis, down or silent, kept from being answered quickly and rightly"
SMALL = 8  # requests for each fault
FULL = 100

WAITS = _redis_server.CONNECT_SECONDS + _redis_server.ANSWER_SECONDS
"""What the one request may wait that finds out."""
BACK_SECONDS = 20.0


class Trusting:
    """The guard removed: nobody remembers that the server failed a moment ago."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        self._cache._server._fault = ""  # noqa: SLF001 - what the guard is made of
        return getattr(self._cache, name)


def run(size: int, seed: int) -> Outcome:
    """Issue and read `size` times under each fault; chance is the machine's own."""
    del seed
    outcomes = [run_with(size, silent=silent) for silent in (False, True)]
    return together(outcomes)


def run_with(size: int, *, silent: bool, trusting: bool = False) -> Outcome:
    """Ask before, while and after Redis ails."""
    faults: list[str] = []
    with (
        tempfile.TemporaryDirectory() as home,
        redis_server() as server,
        _front(Path(home), server.url(), trusting=trusting) as front,
    ):
        _asked(front, 3, faults)
        normal = _asked(front, size, faults)
        _ail(server, silent=silent)
        ill = _asked(front, size, faults)
        if front.client.get("/ready").json()["down"] != ["cache"]:
            faults.append(f"/ready says {front.client.get('/ready').json()}")
        _heal(server, silent=silent)
        faults += _not_back(front)
    limit = SLOWER_MAX * max(normal) + NOISE_SECONDS
    late = sorted(seconds for seconds in ill if seconds > limit)
    # One request finds out, and once in each pause another one looks again.
    looks = 1 + int(sum(ill) / _redis_server.PAUSE_SECONDS)
    faults += [f"a request took {seconds:.2f} s" for seconds in late[: max(0, len(late) - looks)]]
    faults += [f"a request took {seconds:.2f} s" for seconds in late if seconds > limit + 2 * WAITS]
    longest = SLOWER_MAX * sum(normal) + NOISE_SECONDS + looks * _redis_server.ANSWER_SECONDS
    if sum(ill) > longest:
        faults.insert(0, f"all requests took {sum(ill):.2f} s, at most {longest:.2f} s")
    state = "silent" if silent else "down"
    return outcome_of(2 * size, faults, f"redis {state}", (max(ill), max(normal)))


@contextmanager
def _front(home: Path, url: str, *, trusting: bool) -> Iterator[Front]:
    desk = open_desk(home, cache_url=url)
    cache: Cache = desk.app.world.cache
    kept: Any = Trusting(cache) if trusting else cache
    app = replace(desk.app, world=replace(desk.app.world, cache=kept))
    with front_of(desk, app) as front:
        yield front


def _asked(front: Front, size: int, faults: list[str]) -> list[float]:
    """Issue invoices and read the newest back; return the seconds of each answer."""
    taken = []
    for _ in range(size):
        began = time.perf_counter()
        issued = front.post("/invoices/issued", DRAFT)
        taken.append(time.perf_counter() - began)
        if issued.status_code != 201:
            faults.append(f"{issued.status_code} {issued.text[:100]}")
            continue
        number = issued.json()["number"]
        began = time.perf_counter()
        read = front.get(f"/invoices/{number}")
        taken.append(time.perf_counter() - began)
        if read.status_code != 200 or number not in read.text:
            faults.append(f"{number}: {read.status_code} {read.text[:100]}")
    return taken


def _ail(server: RedisServer, *, silent: bool) -> None:
    assert server.process is not None
    if silent:
        server.process.send_signal(signal.SIGSTOP)
    else:
        server.stop()


def _heal(server: RedisServer, *, silent: bool) -> None:
    if silent:
        assert server.process is not None
        server.process.send_signal(signal.SIGCONT)
    else:
        server.start()


def _not_back(front: Front) -> list[str]:
    """Return what /ready still names, long after Redis is back."""
    until = time.monotonic() + BACK_SECONDS
    while time.monotonic() < until:
        if not front.client.get("/ready").json()["down"]:
            return []
        time.sleep(0.05)
    return [f"/ready still says {front.client.get('/ready').json()}"]


@pytest.fixture(autouse=True)
def _looked_for_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_redis_server, "PAUSE_SECONDS", 1.0)


@pytest.mark.slow
@pytest.mark.parametrize("silent", [False, True])
def test_requests_are_answered_while_redis_is_away(*, silent: bool) -> None:
    outcome = run_with(SMALL, silent=silent)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


@pytest.mark.slow
def test_without_a_pause_each_request_would_wait_for_a_silent_server() -> None:
    outcome = run_with(14, silent=True, trusting=True)
    assert outcome.failures > 0
    assert "all requests took" in outcome.detail
