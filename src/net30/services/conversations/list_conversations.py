"""List a user's conversations."""

from __future__ import annotations

from net30.domain.aggregates import Key
from net30.domain.conversation import Conversation
from net30.services.context import ReadContext

LISTED = 20


def list_conversations(ctx: ReadContext, limit: int = LISTED) -> tuple[Conversation, ...]:
    """Return the user's conversations, the one spoken in last first."""
    found = [stored.value for stored in ctx.tx.find(Conversation, Key.PARENT, ctx.user)]
    found.sort(key=lambda one: (one.last_at, one.id), reverse=True)
    return tuple(found[: max(0, limit)])
