"""What follows for other programs: a message for each webhook that is to be told of an event.

Messages only wait here; net30.services.webhooks sends them, so a server that does not answer
holds up nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence

from net30.domain.aggregates import Key
from net30.domain.delivery import Delivery
from net30.domain.events import RecordedEvent
from net30.domain.topics import NEEDS, topic_of
from net30.domain.webhook import WEBHOOKS_MAX, Webhook
from net30.kernel.ids import new_id
from net30.ports.store import NEW, Transaction
from net30.services.world import World

WANTS: frozenset[type] = frozenset(NEEDS)


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Keep a message for each event and webhook; one that is there already is passed over."""
    with world.store.reading(organisation) as books:
        if not books.page(Webhook, limit=1):
            return
    with world.store.transaction(organisation) as tx:
        webhooks = [stored.value for stored in tx.page(Webhook, limit=WEBHOOKS_MAX)]
        for recorded in events:
            for webhook in webhooks:
                if is_told(webhook, recorded) and not webhook.is_paused:
                    keep_message(tx, webhook, recorded)


def is_told(webhook: Webhook, recorded: RecordedEvent) -> bool:
    """Tell whether a webhook is told of an event by itself: its topic, and not from before it."""
    told = type(recorded.event) in NEEDS and webhook.wants(topic_of(type(recorded.event)))
    return told and recorded.at >= webhook.made_at


def keep_message(tx: Transaction, webhook: Webhook, recorded: RecordedEvent) -> bool:
    """Keep the message of an event for a webhook; False when there is one."""
    delivery = Delivery(
        id=new_id(recorded.at),
        webhook_id=webhook.id,
        message_id=recorded.id,
        sequence=recorded.sequence,
        topic=topic_of(type(recorded.event)),
        made_at=recorded.at,
    )
    if tx.find(Delivery, Key.EXTERNAL, delivery.about):
        return False
    tx.save(delivery, expected=NEW)
    return True
