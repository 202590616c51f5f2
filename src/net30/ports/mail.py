"""Mail: messages handed over for delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a message."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; `message_id` (UNIQUE@DOMAIN) makes a second hand-over recognisable.

    `sender` is one address, `to` one or several with commas; each may have a name: Awa <a@b.sn>.
    `at` becomes the date in its header.
    """

    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str = ""
    at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()


class Mail(Protocol):
    """A way to hand over messages."""

    def send(self, organisation: str, message: Message) -> str:
        """Hand over a message and return where it went, in words a person can use.

        Raises Unavailable when it cannot be handed over now, InputError when this message never
        can: an address that is none or is refused, a header with a line break.
        """
        ...
