"""What follows for the audit: every event, by whom and with its digest, in the chain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

from net30.domain.audit import AuditNote
from net30.domain.events import Event, RecordedEvent
from net30.services.world import World

PROJECTION = "audit"

WANTS: frozenset[type] = frozenset(get_args(Event))
"""All of them: every change of the books."""

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Add the events to the organisation's chain; one that is there already is passed over."""
    with world.accounts.writing() as tx:
        tx.note(organisation, [note_of(event) for event in events])


def note_of(event: RecordedEvent) -> AuditNote:
    """Return the note of an event; its detail is the digest of all that is stored of it."""
    return AuditNote(
        at=event.at,
        actor=event.user,
        action=_WORD.sub("_", type(event.event).__name__).lower(),
        target=f"event {event.sequence}",
        source=f"event:{event.id}",
        detail=event.digest,
    )
