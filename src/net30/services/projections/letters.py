"""Letters: the reminders that go by post, as PDF files to print; each is written once."""

from __future__ import annotations

from collections.abc import Sequence

from net30.domain.dunning import Channel
from net30.domain.events import RecordedEvent, ReminderSent
from net30.services.compose_reminder import compose_reminder
from net30.services.letter_page import FILE_NAME
from net30.services.world import World

WANTS = frozenset({ReminderSent})
FOLDER = "letters"


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Write each posted letter under its day; the name follows from the event."""
    for recorded in events:
        sent = recorded.event
        if not isinstance(sent, ReminderSent) or sent.channel != Channel.LETTER or not sent.covers:
            continue
        with world.store.reading(organisation) as books:
            letter = compose_reminder(books, world.blobs, sent)
        pages = [one for one in letter.attachments if one.filename == FILE_NAME] if letter else []
        for page in pages:
            world.blobs.put(organisation, blob_of(recorded, sent), page.content)


def blob_of(recorded: RecordedEvent, sent: ReminderSent) -> str:
    """Return the name of a letter's file."""
    return f"{FOLDER}/{sent.day.isoformat()}/{recorded.sequence:08}.pdf"
