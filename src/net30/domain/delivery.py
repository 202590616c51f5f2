"""Delivery: one message on its way to one webhook: what was tried, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from net30.kernel.errors import Conflict

# As Standard Webhooks proposes: at once, then so long after each failure; three days in all.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
KEPT_FOR = timedelta(days=30)
"""What has ended is in the log for so long."""
TRIES_SHOWN_MAX = 20
WHY_CHARACTERS_MAX = 300


class DeliveryState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt: the answer's status (0: no answer), how long it took, and why it failed."""

    at: datetime
    status: int
    milliseconds: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The message of one event for one webhook; `message_id` is the same at every try.

    `sequence` is the event's place in the books, 0 for a test. `failures` counts the failed tries
    since the message was made or last replayed; `tries` are the latest ones, replays included.
    """

    id: str
    webhook_id: str
    message_id: str
    sequence: int
    topic: str
    made_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    next_at: datetime | None = None
    failures: int = 0
    tries: tuple[Try, ...] = ()

    @property
    def about(self) -> str:
        """Return what is there only once: a message for a webhook."""
        return f"{self.message_id}/{self.webhook_id}"

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is to be tried now."""
        return self.state is DeliveryState.WAITING and (self.next_at is None or self.next_at <= now)


def delivered(delivery: Delivery, tried: Try) -> Delivery:
    """Return the delivery as taken."""
    return replace(
        delivery, state=DeliveryState.DELIVERED, next_at=None, tries=_with(delivery, tried)
    )


def failed(delivery: Delivery, tried: Try, wait: timedelta = timedelta()) -> Delivery:
    """Return the delivery to be tried again after a pause, or given up after the last one.

    `wait` is what the other side asked for (Retry-After); the longer of the two counts.
    """
    failures = delivery.failures + 1
    over = failures > len(PAUSES)
    pause = timedelta() if over else max(PAUSES[failures - 1], min(wait, PAUSES[-1]))
    return replace(
        delivery,
        state=DeliveryState.FAILED if over else DeliveryState.WAITING,
        next_at=None if over else tried.at + pause,
        failures=failures,
        tries=_with(delivery, tried),
    )


def given_up(delivery: Delivery, tried: Try) -> Delivery:
    """Return the delivery as not taken, and not to be tried again."""
    return replace(delivery, state=DeliveryState.FAILED, next_at=None, tries=_with(delivery, tried))


def put_off(delivery: Delivery, until: datetime) -> Delivery:
    """Return the delivery untried, not to be tried before a moment."""
    return replace(delivery, next_at=until)


def replayed(delivery: Delivery, now: datetime) -> Delivery:
    """Return the delivery to be sent again at once; raise Conflict while it waits anyway."""
    if delivery.state is DeliveryState.WAITING:
        raise Conflict(
            f"the message {delivery.message_id} waits to be sent",
            hint=f"it is tried again at {delivery.next_at:%Y-%m-%d %H:%M:%S} UTC"
            if delivery.next_at
            else "it is sent at once",
            code="delivery_waiting",
        )
    return replace(delivery, state=DeliveryState.WAITING, next_at=now, failures=0)


def _with(delivery: Delivery, tried: Try) -> tuple[Try, ...]:
    return (*delivery.tries, tried)[-TRIES_SHOWN_MAX:]
