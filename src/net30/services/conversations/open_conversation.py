"""Open a conversation: one of the user's own by its id, or the latest one."""

from __future__ import annotations

from datetime import timedelta

from net30.domain.aggregates import Key
from net30.domain.conversation import Conversation
from net30.kernel.errors import NotFound
from net30.ports.store import Stored
from net30.services.context import ReadContext


def open_conversation(ctx: ReadContext, conversation_id: str) -> Conversation:
    """Return one of the user's conversations; raise NotFound, for another user's just the same."""
    return own_conversation(ctx, conversation_id).value


def latest_conversation(ctx: ReadContext, within: timedelta | None = None) -> Conversation | None:
    """Return the conversation that the user spoke in last, unless that is longer ago than this."""
    for stored in ctx.tx.find(Conversation, Key.EXTERNAL, ctx.user):
        if within is None or ctx.now - stored.value.last_at <= within:
            return stored.value
    return None


def own_conversation(ctx: ReadContext, conversation_id: str) -> Stored[Conversation]:
    """Return a conversation with its version; raise NotFound when it is not this user's."""
    try:
        stored = ctx.tx.load(Conversation, conversation_id)
    except NotFound:
        stored = None
    if stored is None or stored.value.user != ctx.user:
        raise NotFound(
            f"there is no conversation {conversation_id!r}",
            hint="net30 chats list shows yours",
            code="not_found",
        )
    return stored
