"""Keep turns: what was just said joins its conversation, or begins one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from net30.domain.aggregates import Key
from net30.domain.conversation import Conversation, Said, title_of
from net30.ports.store import NEW
from net30.services.context import Context
from net30.services.conversations.open_conversation import own_conversation

CONVERSATIONS_KEPT_MAX = 500
"""A user keeps so many conversations; beginning another one lets go of the oldest."""


def keep_turns(ctx: Context, said: Sequence[Said], conversation_id: str = "") -> Conversation:
    """Return the conversation with these turns; without an id a new one begins with them.

    It becomes the user's latest. Raises NotFound when there is no such conversation of this user,
    so one that was deleted stays deleted.
    """
    if conversation_id:
        stored = own_conversation(ctx, conversation_id)
        version, kept = stored.version, stored.value.with_turns(tuple(said))
    else:
        _make_room(ctx)
        version, kept = NEW, _begun(ctx, tuple(said))
    _close_others(ctx, kept)
    ctx.tx.save(kept, expected=version)
    return kept


def _begun(ctx: Context, said: tuple[Said, ...]) -> Conversation:
    begun = Conversation(
        id=ctx.new_id(),
        user=ctx.user,
        title=title_of(said[0].text if said else ""),
        started_at=ctx.now,
    )
    return begun.with_turns(said)


def _close_others(ctx: Context, latest: Conversation) -> None:
    for other in ctx.tx.find(Conversation, Key.EXTERNAL, ctx.user):
        if other.value.id != latest.id:
            ctx.tx.save(replace(other.value, latest=False), expected=other.version)


def _make_room(ctx: Context) -> None:
    kept = sorted(
        ctx.tx.find(Conversation, Key.PARENT, ctx.user), key=lambda stored: stored.value.last_at
    )
    for stored in kept[: max(0, len(kept) - CONVERSATIONS_KEPT_MAX + 1)]:
        ctx.tx.delete(Conversation, stored.value.id, expected=stored.version)
