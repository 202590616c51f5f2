"""Message: what a webhook is told of an event, signed as Standard Webhooks says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook as Signer

from net30.domain.delivery import Delivery
from net30.domain.events import RecordedEvent
from net30.domain.topics import TEST, topic_of
from net30.kernel.jsonable import jsonable
from net30.ports.store import Reading
from net30.ports.web import WebRequest

_FORM = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a message says; the same bytes at every try."""

    type: str
    timestamp: datetime
    organisation: str
    sequence: int
    data: dict[str, object]

    def content(self) -> bytes:
        """Return the message as it is sent and signed."""
        return json.dumps(jsonable(self), ensure_ascii=False, separators=(",", ":")).encode()


def told_of(recorded: RecordedEvent) -> Told:
    """Return what is told of an event: its own fields; the rest is asked for by its ids."""
    plain = jsonable(recorded.event)
    assert isinstance(plain, dict)
    return Told(
        type=topic_of(type(recorded.event)),
        timestamp=recorded.at,
        organisation=recorded.organisation,
        sequence=recorded.sequence,
        data={name: value for name, value in plain.items() if name != "name"},
    )


def message_of(books: Reading, delivery: Delivery) -> Told:
    """Return what a delivery says, from the books or, for a test, from itself."""
    if delivery.topic == TEST:
        return Told(
            type=TEST,
            timestamp=delivery.made_at,
            organisation=books.organisation,
            sequence=0,
            data={"webhook_id": delivery.webhook_id},
        )
    (recorded,) = books.events(after=delivery.sequence - 1, limit=1)
    return told_of(recorded)


def signed(
    url: str, message_id: str, content: bytes, secrets: Sequence[str], now: datetime
) -> WebRequest:
    """Return the request that tells a message, signed with each of the secrets."""
    at = now.astimezone(UTC)
    signatures = [Signer(one).sign(message_id, at, content.decode()) for one in secrets]
    return WebRequest(
        url=url,
        method="POST",
        headers={
            "content-type": _FORM,
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        },
        content=content,
    )
