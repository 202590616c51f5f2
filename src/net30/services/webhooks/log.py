"""Log: what was told to a webhook, the latest first, and sending it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from net30.domain.aggregates import Key
from net30.domain.delivery import Delivery, DeliveryState, replayed
from net30.domain.events import RecordedEvent
from net30.domain.topics import TEST, topic_of
from net30.domain.webhook import Webhook
from net30.kernel.errors import Conflict, NotFound
from net30.ports.store import PAGE_ROWS_MAX, Stored
from net30.services.context import Context, ReadContext
from net30.services.projections.webhooks import WANTS, keep_message
from net30.services.webhooks.save_webhook import noted_replay, webhook_of

LOOKED_AT_MAX = 10 * PAGE_ROWS_MAX
"""A page of the log looks at so many messages; its cursor goes on from there."""
REPLAYED_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A page of the log; `before` is where the next one goes on, empty at the end."""

    deliveries: tuple[Delivery, ...]
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How many messages are sent again, and the sequence to go on after; 0 at the end."""

    messages: int
    after: int = 0


def list_deliveries(
    ctx: ReadContext,
    webhook_id: str,
    *,
    state: DeliveryState | None = None,
    before: str = "",
    limit: int = 50,
) -> Logged:
    """Return a webhook's messages, the latest first; raise NotFound."""
    webhook_of(ctx, webhook_id)
    found: list[Delivery] = []
    looked_at = 0
    while looked_at < LOOKED_AT_MAX:
        page = ctx.tx.latest(Delivery, before=before, limit=PAGE_ROWS_MAX)
        for stored in page:
            one = stored.value
            before, looked_at = one.id, looked_at + 1
            if one.webhook_id == webhook_id and state in {None, one.state}:
                found.append(one)
                if len(found) == limit:
                    return Logged(deliveries=tuple(found), before=before)
        if len(page) < PAGE_ROWS_MAX:
            return Logged(deliveries=tuple(found), before="")
    return Logged(deliveries=tuple(found), before=before)


def replay_delivery(ctx: Context, webhook_id: str, delivery_id: str) -> Delivery:
    """Have one message sent again; raise NotFound, or Conflict while it waits anyway."""
    webhook = webhook_of(ctx, webhook_id).value
    stored = _delivery_of(ctx, webhook_id, delivery_id)
    again = _again(ctx, stored)
    noted_replay(ctx, webhook)
    return again


def replay_failed(ctx: Context, webhook_id: str) -> Replayed:
    """Have everything that was given up sent again, REPLAYED_MAX messages at once."""
    webhook = webhook_of(ctx, webhook_id).value
    given_up = list_deliveries(
        ctx, webhook_id, state=DeliveryState.FAILED, limit=REPLAYED_MAX
    ).deliveries
    count = 0
    for one in given_up:
        if one.topic != TEST:
            _again(ctx, ctx.tx.load(Delivery, one.id))
            count += 1
    if count:
        noted_replay(ctx, webhook)
    return Replayed(messages=count)


def replay_since(
    ctx: Context, webhook_id: str, since: datetime, *, after: int = 0, most: int = REPLAYED_MAX
) -> Replayed:
    """Have every event of the webhook's topics since a moment sent, also what it never was told.

    So a webhook that is new, or was paused, learns what it missed. Does `most` messages; `after`
    goes on from an earlier answer.
    """
    webhook = webhook_of(ctx, webhook_id).value
    count, last = 0, 0
    for recorded in _events_since(ctx, since, after):
        if type(recorded.event) not in WANTS or not webhook.wants(topic_of(type(recorded.event))):
            continue
        if count == most:
            break
        _replay_event(ctx, webhook, recorded)
        count, last = count + 1, recorded.sequence
    else:
        last = 0
    if count:
        noted_replay(ctx, webhook)
    return Replayed(messages=count, after=last)


def _replay_event(ctx: Context, webhook: Webhook, recorded: RecordedEvent) -> None:
    if keep_message(ctx.tx, webhook, recorded):
        return
    about = f"{recorded.id}/{webhook.id}"
    (stored,) = ctx.tx.find(Delivery, Key.EXTERNAL, about)
    if stored.value.state is not DeliveryState.WAITING:
        _again(ctx, stored)


def _again(ctx: Context, stored: Stored[Delivery]) -> Delivery:
    if stored.value.topic == TEST:
        raise Conflict(
            "a test is not sent again", hint="make a new one: net30 webhook test", code="test"
        )
    again = replayed(stored.value, ctx.now)
    ctx.tx.save(again, expected=stored.version)
    return again


def _delivery_of(ctx: ReadContext, webhook_id: str, delivery_id: str) -> Stored[Delivery]:
    try:
        stored = ctx.tx.load(Delivery, delivery_id)
    except NotFound:
        stored = None
    if stored is None or stored.value.webhook_id != webhook_id:
        raise NotFound(
            f"there is no message {delivery_id[:60]!r} of this webhook",
            hint="net30 webhook log shows them",
            code="delivery",
        )
    return stored


def _events_since(ctx: ReadContext, since: datetime, after: int) -> Iterator[RecordedEvent]:
    last, _ = ctx.tx.last_event()
    after = max(min(after, last), _before(ctx, since))
    while page := ctx.tx.events(after=after):
        yield from page
        after = page[-1].sequence


def _before(ctx: ReadContext, since: datetime) -> int:
    """Return the last sequence from before a moment, by halving: events are in their order."""
    low, high = 0, ctx.tx.last_event()[0]
    while low < high:
        middle = (low + high) // 2
        (event,) = ctx.tx.events(after=middle, limit=1)
        low, high = (middle + 1, high) if event.at < since else (low, middle)
    return low
