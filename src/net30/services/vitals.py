"""Vitals: what tells whether the business of an installation goes on, as numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal

from net30.services.context import ReadContext
from net30.services.get_statistics import get_statistics
from net30.services.jobs.watch_jobs import running_jobs
from net30.services.progress import waiting
from net30.services.world import World

Look = Callable[[str], AbstractContextManager[ReadContext]]
"""Opens a view of an organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The events that a projection has not taken in, and the age of the oldest in seconds."""

    events: int = 0
    seconds: float = 0.0

    def plus(self, other: Backlog) -> Backlog:
        """Return both together."""
        return Backlog(events=self.events + other.events, seconds=max(self.seconds, other.seconds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """Sums over the organisations that were asked about; balances by currency."""

    organisations: int
    open_balance: dict[str, Decimal] = field(default_factory=dict)
    overdue_balance: dict[str, Decimal] = field(default_factory=dict)
    numbers_given: int = 0
    jobs_running: int = 0
    backlog: dict[str, Backlog] = field(default_factory=dict)


def vitals(world: World, look: Look, organisations: Sequence[str]) -> Vitals:
    """Return the vitals of some organisations, as they are now.

    Balances are those of the ledger, which follows the books within a moment; each is kept in a
    cache until something happens in its organisation.
    """
    open_balance: dict[str, Decimal] = defaultdict(Decimal)
    overdue: dict[str, Decimal] = defaultdict(Decimal)
    numbers = jobs = 0
    for organisation in organisations:
        with look(organisation) as ctx:
            for one in get_statistics(ctx).currencies:
                if one.position:
                    open_balance[one.currency] += one.position.outstanding.amount
                    overdue[one.currency] += one.position.overdue.amount
            numbers += sum(ctx.tx.last_numbers().values())
            jobs += len(running_jobs(ctx))
    return Vitals(
        organisations=len(organisations),
        open_balance=dict(open_balance),
        overdue_balance=dict(overdue),
        numbers_given=numbers,
        jobs_running=jobs,
        backlog=_backlog(world, frozenset(organisations)),
    )


def _backlog(world: World, organisations: frozenset[str]) -> dict[str, Backlog]:
    found: dict[str, Backlog] = {}
    now = world.clock()
    for one in waiting(world, organisations):
        age = max(0.0, (now - one.since).total_seconds())
        more = Backlog(events=one.events, seconds=age)
        found[one.projection] = found.get(one.projection, Backlog()).plus(more)
    return found
