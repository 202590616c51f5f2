"""Mail: messages handed over for delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a message."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; `message_id` makes a second hand-over recognisable."""

    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()


class Mail(Protocol):
    """A way to hand over messages."""

    def send(self, organisation: str, message: Message) -> str:
        """Hand over a message and return where it went; raise Unavailable when it cannot."""
        ...
