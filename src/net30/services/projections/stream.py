"""What follows for the stream: each event as a message, in the form that webhooks are told in.

Its checkpoint moves on once the brokers have acknowledged, so a message may come twice, never not
at all: `message-id` is the event's own. Events from before a stream was set are not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from net30.domain.events import RecordedEvent
from net30.domain.naming import ids_in
from net30.domain.personal import PERSONAL_TEXTS
from net30.domain.topics import NEEDS
from net30.ports.stream import Message
from net30.services.streaming.messages import headers
from net30.services.told import told_of
from net30.services.world import World

WANTS: frozenset[type] = frozenset(NEEDS)


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Publish the events and wait for the brokers; raise Unavailable when they do not answer."""
    outlet = world.outlet
    if outlet is None or not outlet.events or not outlet.serves(organisation):
        return
    outlet.stream.publish(
        [
            _message(outlet.events, organisation, recorded, personal=outlet.personal)
            for recorded in events
        ]
    )


def _message(topic: str, organisation: str, recorded: RecordedEvent, *, personal: bool) -> Message:
    told = told_of(recorded)
    if not personal:
        left_out = PERSONAL_TEXTS.get(type(recorded.event), ())
        kept = {name: value for name, value in told.data.items() if name not in left_out}
        told = replace(told, data=kept)
    # What happens to one invoice stays in its order; what is of none follows its first record.
    about = getattr(recorded.event, "invoice_id", "") or next(iter(ids_in(recorded.event)), "")
    return Message(
        topic=topic,
        key=f"{organisation}/{about}",
        value=told.content(),
        headers=headers(told.type, recorded.id),
    )
