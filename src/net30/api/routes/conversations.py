"""Conversations: what you and the assistant said; nobody else sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.paging import ROWS_USUAL
from net30.api.answers.reply import reply_file
from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.conversation import Conversation, Said
from net30.domain.identity.roles import Permission
from net30.services.context import Context
from net30.services.conversations.delete_conversation import delete_conversation
from net30.services.conversations.export_conversation import Written, take_conversation
from net30.services.conversations.keep_turns import CONVERSATIONS_KEPT_MAX
from net30.services.conversations.list_conversations import list_conversations
from net30.services.conversations.open_conversation import open_conversation
from net30.services.conversations.search_conversations import search_conversations

routes = Resource("conversations", "What you and the assistant said to each other.")

CHAT = Permission.CHAT_USE
MEDIA = {Written.JSON: "application/json", Written.MARKDOWN: "text/markdown"}
Id = Annotated[str, Path(description="The conversation's id.", max_length=ID_CHARACTERS_MAX)]
Some = Annotated[
    int, Query(ge=1, le=CONVERSATIONS_KEPT_MAX, description="So many, the latest first.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRow:
    """A conversation: its title, when it began and when it was last spoken in, its turns."""

    id: str
    title: str
    started_at: datetime
    last_at: datetime
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationHit:
    """A conversation that holds the words, and the turn that says most of them."""

    conversation: ConversationRow
    turn: Said


@routes.get("/conversations", CHAT, gives=tuple[ConversationRow, ...])
def list_own_conversations(visit: Looking, limit: Some = ROWS_USUAL) -> Response:
    """List your conversations with the assistant, the one spoken in last first."""
    with visit.look() as ctx:
        return visit.reply([_row(one) for one in list_conversations(ctx, limit)])


@routes.get("/conversations/search", CHAT, gives=tuple[ConversationHit, ...])
def search_own_conversations(
    visit: Looking,
    words: Annotated[str, Query(description="All of them are wanted.", max_length=200)],
    limit: Some = ROWS_USUAL,
) -> Response:
    """Find your conversations by words; the beginning of a word is enough."""
    with visit.look() as ctx:
        found = search_conversations(ctx, words, limit)
    return visit.reply(
        [ConversationHit(conversation=_row(one.conversation), turn=one.turn) for one in found]
    )


@routes.get("/conversations/{conversation}", CHAT, gives=Conversation)
def get_conversation(visit: Looking, conversation: Id) -> Response:
    """Show one of your conversations with all its turns."""
    with visit.look() as ctx:
        return visit.reply(open_conversation(ctx, conversation))


@routes.get("/conversations/{conversation}/file/{form}", CHAT, media=tuple(MEDIA.values()))
def get_conversation_file(visit: Looking, conversation: Id, form: Written) -> Response:
    """Download one of your conversations, as JSON or Markdown."""
    with visit.look() as ctx:
        content = take_conversation(ctx, open_conversation(ctx, conversation), form).encode()
    return reply_file(visit.request, content, MEDIA[form], f"conversation.{form.value}")


@routes.delete("/conversations/{conversation}", CHAT)
def delete_own_conversation(visit: Changing, conversation: Id) -> Response:
    """Delete one of your conversations for good; what was made in it stays."""

    def deleted(ctx: Context) -> tuple[object, str]:
        delete_conversation(ctx, conversation)
        return None, ""

    return visit.keyless(deleted)


def _row(one: Conversation) -> ConversationRow:
    return ConversationRow(
        id=one.id,
        title=one.title,
        started_at=one.started_at,
        last_at=one.last_at,
        turns=len(one.turns) + one.dropped,
    )
