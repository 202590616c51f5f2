"""Effects: what a call really did, counted against the day's bounds in its own transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from net30.domain.bounds import AssistantDay, day_of, effect_of
from net30.domain.events import Event
from net30.kernel.errors import NotFound
from net30.ports.store import NEW
from net30.services.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched(Context):
    """A request whose events are seen, so that what is counted is what really happened."""

    seen: list[Event] = field(default_factory=list)

    def record(self, event: Event) -> None:
        """Write what happened, and see it."""
        self.seen.append(event)
        Context.record(self, event)


def watched(ctx: Context) -> Watched:
    """Return the same request, watched."""
    return Watched(**{one.name: getattr(ctx, one.name) for one in fields(Context)})


def count(ctx: Watched) -> None:
    """Add what was seen to the organisation's day.

    Raises LimitExceeded beyond a bound, so that nothing of the transaction is kept.
    """
    effects = [effect for event in ctx.seen if (effect := effect_of(event)) is not None]
    if not effects:
        return
    name = day_of(ctx.today)
    try:
        stored = ctx.tx.load(AssistantDay, name)
        day, version = stored.value, stored.version
    except NotFound:
        day, version = AssistantDay(id=name), NEW
    ctx.tx.save(day.plus(effects, ctx.company.bounds), expected=version)
