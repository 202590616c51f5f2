"""R6: the same idempotency key, fifty times in parallel: one effect, one answer.

Half of the requests come through a second process' part (its own connection and its own list of
keys in flight); a request that is told to wait sends itself again, as clients do.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from net30.adapters.sql import build
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import Invoice
from net30.kernel.errors import Conflict, InputError, Unavailable
from net30.ports.store import Transaction
from net30.services.context import Context
from net30.services.create_draft import create_draft
from net30.services.issue_invoice import issue_invoice
from net30.services.once import Answer, InFlight, once
from net30.services.world import World
from tests.databases import DIALECTS, fresh
from tests.proofs.proof import Outcome
from tests.samples import COMPANY
from tests.surroundings import change, found_company, world_of

ID = "R6"
TITLE = "idempotency keys with two effects, two answers, or another request's answer"
SMALL = 4  # keys on each database
FULL = 200

PARALLEL = 50
TRIES_MAX = 2000
_LINE = NewLine(name="consulting", unit_price=Decimal(90_000))

Begin = Callable[[Context], Context]


def _as_it_is(ctx: Context) -> Context:
    return ctx


@dataclass(slots=True)
class _Process:
    """One process' part: its own connections, and its own keys in flight."""

    world: World
    begin: Begin
    in_flight: InFlight = field(default_factory=InFlight)
    told_to_wait: int = 0

    def send(self, key: str, request: str) -> Answer:
        """Send a request until it is answered."""
        for _ in range(TRIES_MAX):
            try:
                with self.in_flight.claim(COMPANY.id, key), change(self.world) as ctx:
                    begun = self.begin(ctx)
                    return once(begun, key, request, partial(_issue, begun))
            except Conflict as conflict:
                if conflict.code != "in_flight":
                    raise
                self.told_to_wait += 1
            except Unavailable as busy:
                if busy.code != "busy":
                    raise
            time.sleep(0.005)
        raise AssertionError(f"no answer to {key}")


def run(size: int, seed: int) -> Outcome:
    """Send `size` keys PARALLEL times each, on each database; chance is the machine's own."""
    del seed
    outcomes = [_run_on(dialect, size) for dialect in DIALECTS]
    return Outcome(
        tries=sum(outcome.tries for outcome in outcomes),
        failures=sum(outcome.failures for outcome in outcomes),
        detail="\n".join(outcome.detail for outcome in outcomes),
    )


def _run_on(dialect: str, keys: int, begin: Begin = _as_it_is) -> Outcome:
    faults: list[str] = []
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(fresh(dialect, home))
        worlds = [world_of(stack.enter_context(closing(build(url))), home) for _ in range(2)]
        found_company(worlds[0])
        processes = [_Process(world, begin) for world in worlds]
        for at in range(keys):
            faults += _send_everywhere(processes, f"key-{at}")
        with worlds[0].store.reading(COMPANY.id) as books:
            effects = len(books.page(Invoice, limit=1000))
    if effects != keys:
        faults.append(f"{effects} invoices came of {keys} keys")
    waits = sum(process.told_to_wait for process in processes)
    detail = f"{dialect}: {keys} keys x {PARALLEL} at once, {waits:,} times told to wait"
    return Outcome(keys * PARALLEL, len(faults), "\n".join([detail, *faults[:5]]))


def _send_everywhere(processes: list[_Process], key: str) -> list[str]:
    start = threading.Barrier(PARALLEL)

    def send(at: int) -> Answer:
        start.wait()
        return processes[at % 2].send(key, f"issue {key}")

    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(send, range(PARALLEL)))
    faults = []
    if len({answer.text for answer in answers}) != 1:
        faults.append(f"{key} got {len({answer.text for answer in answers})} answers")
    if sum(not answer.replayed for answer in answers) != 1:
        faults.append(f"{key} was carried out more than once")
    try:
        processes[0].send(key, "issue something else")
        faults.append(f"{key} was accepted for another request")
    except InputError:
        pass
    return faults


def _issue(ctx: Context) -> str:
    draft = create_draft(ctx, NewInvoice(customer_id="acme", lines=(_LINE,)))
    return issue_invoice(ctx, draft.id).number


class Forgetful:
    """A transaction that does not keep the answers: the guard removed."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def __getattr__(self, name: str) -> Any:  # Any: whatever the real one has
        return getattr(self._tx, name)

    def remember(self, *_: object, **__: object) -> None:
        """Forget at once."""


def _forget(ctx: Context) -> Context:
    return replace(ctx, tx=cast("Transaction", Forgetful(ctx.tx)))


def test_a_request_sent_fifty_times_at_once_is_carried_out_once() -> None:
    outcome = run(SMALL, seed=0)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


@pytest.mark.parametrize("dialect", DIALECTS)
def test_without_the_kept_answers_requests_are_carried_out_twice(dialect: str) -> None:
    outcome = _run_on(dialect, 1, _forget)
    assert outcome.failures > 0
    assert "carried out more than once" in outcome.detail
