"""Message: what a webhook is told of an event, signed as Standard Webhooks says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook as Signer

from net30.domain.delivery import Delivery
from net30.domain.topics import TEST
from net30.ports.store import Reading
from net30.ports.web import WebRequest
from net30.services.told import Told, told_of

_FORM = "application/json"


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
