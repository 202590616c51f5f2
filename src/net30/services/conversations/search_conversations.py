"""Search a user's conversations for words."""

from __future__ import annotations

from dataclasses import dataclass

from net30.domain.conversation import Conversation, Said
from net30.domain.customer import fold
from net30.kernel.errors import InputError
from net30.services.context import ReadContext
from net30.services.conversations.keep_turns import CONVERSATIONS_KEPT_MAX
from net30.services.conversations.list_conversations import LISTED, list_conversations

WORDS_MAX = 20


@dataclass(frozen=True, slots=True)
class ConversationFound:
    """A conversation that holds the words, and the turn that says most of them."""

    conversation: Conversation
    turn: Said


def search_conversations(
    ctx: ReadContext, words: str, limit: int = LISTED
) -> tuple[ConversationFound, ...]:
    """Return the user's conversations that hold all the words, the latest first.

    Case, accents and punctuation do not matter, and the beginning of a word is enough. Raises
    InputError without a word or for more than 20.
    """
    wanted = tuple(dict.fromkeys(fold(words).split()))
    if not 0 < len(wanted) <= WORDS_MAX:
        raise InputError(
            f"{len(wanted)} words cannot be searched for",
            hint=f"give one to {WORDS_MAX} words",
            code="search_words",
        )
    found: list[ConversationFound] = []
    for conversation in list_conversations(ctx, CONVERSATIONS_KEPT_MAX):
        turn = _best_turn(conversation, wanted)
        if turn is not None:
            found.append(ConversationFound(conversation, turn))
    return tuple(found[: max(0, limit)])


def _best_turn(conversation: Conversation, wanted: tuple[str, ...]) -> Said | None:
    """Return the turn with most of the words, where the conversation holds all of them."""
    held = [_held(turn, wanted) for turn in conversation.turns]
    if not set().union(*held) >= set(wanted):
        return None
    best = max(range(len(held)), key=lambda at: (len(held[at]), -at))
    return conversation.turns[best]


def _held(turn: Said, wanted: tuple[str, ...]) -> set[str]:
    text = f" {fold(turn.text)} {fold(turn.reference)}"
    return {word for word in wanted if f" {word}" in text}
