"""Bounds of the runs: how much dunning and recurring invoices may still do on a day."""

from __future__ import annotations

from dataclasses import replace

from net30.domain.bounds import AssistantDay, Bound, Effect, day_of
from net30.kernel.errors import NotFound
from net30.ports.store import NEW
from net30.services.context import Context

RUNS = "runs-"
"""What runs do in a day is counted under this and the day, apart from what the assistant did."""


def take_within_bound(ctx: Context, bound: Bound, wanted: int) -> int:
    """Return how many of the wanted ones the organisation's daily bound allows, and count them.

    Counted in the caller's transaction: what is rolled back was not done.
    """
    day = f"{RUNS}{day_of(ctx.today)}"
    try:
        stored = ctx.tx.load(AssistantDay, day)
        counted, version = stored.value, stored.version
    except NotFound:
        counted, version = AssistantDay(id=day), NEW
    tally = counted.tally(bound)
    allowed = min(wanted, max(0, ctx.company.bounds.number(bound) - tally.number))
    if allowed:
        others = [one for one in counted.tallies if one.bound != bound.value]
        for _ in range(allowed):
            tally = tally.plus(Effect(bound))
        ctx.tx.save(replace(counted, tallies=(*others, tally)), expected=version)
    return allowed
