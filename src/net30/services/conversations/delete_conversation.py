"""Delete a conversation, for good."""

from __future__ import annotations

from net30.domain.conversation import Conversation
from net30.services.context import Context
from net30.services.conversations.open_conversation import own_conversation


def delete_conversation(ctx: Context, conversation_id: str) -> Conversation:
    """Remove one of the user's conversations and return what it was; raise NotFound.

    No event, index or file holds any of it, so nothing can bring it back but a backup of the
    whole database. Drafts and invoices that were made in it belong to the books and stay.
    """
    stored = own_conversation(ctx, conversation_id)
    ctx.tx.delete(Conversation, conversation_id, expected=stored.version)
    return stored.value
