"""Conversation: what one user and the assistant said to each other, turn by turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from net30.domain.text import clean

TURNS_KEPT_MAX = 400
"""A conversation keeps so many turns; the oldest make room for new ones, and are counted."""
CHARACTERS_KEPT_MAX = 400_000
"""The same for its size: it is stored as one piece."""
TEXT_CHARACTERS_MAX = 10_000
TITLE_CHARACTERS_MAX = 60
EXCHANGE = 2
"""The turns of one exchange, a message and its answer: never dropped for their size."""


class Speaker(StrEnum):
    """Who said a turn."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMade:
    """A call that an answer made; `args` is the JSON object of its arguments, as text."""

    tool: str
    args: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One turn: who said what, and when.

    An answer also has the calls it made, the document it spoke of last (a number, or a draft's
    id), the ids of the drafts it made, its language and the model that gave it.
    """

    speaker: Speaker
    text: str
    at: datetime
    calls: tuple[CallMade, ...] = ()
    reference: str = ""
    drafts: tuple[str, ...] = ()
    language: str = ""
    answered_by: str = ""

    @property
    def size(self) -> int:
        """Return how many characters it takes."""
        return len(self.text) + sum(len(call.args) for call in self.calls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One user's conversation with the assistant, in one organisation.

    `dropped` counts the turns that made room for newer ones; `latest` is true of the one that the
    user spoke in last.
    """

    id: str
    user: str
    title: str
    started_at: datetime
    turns: tuple[Said, ...] = ()
    dropped: int = 0
    latest: bool = True

    @property
    def last_at(self) -> datetime:
        """Return the moment of its last turn."""
        return self.turns[-1].at if self.turns else self.started_at

    def with_turns(self, said: tuple[Said, ...]) -> Conversation:
        """Return it with more turns; texts are cleaned, and the oldest turns make room."""
        turns = (*self.turns, *(replace(turn, text=kept_text(turn.text)) for turn in said))
        kept = _newest(turns)
        return replace(self, turns=kept, dropped=self.dropped + len(turns) - len(kept), latest=True)


def title_of(text: str) -> str:
    """Return the title of a conversation that begins with a message: its first words."""
    line = " ".join(kept_text(text).split())
    if len(line) <= TITLE_CHARACTERS_MAX:
        return line or "..."
    return line[: TITLE_CHARACTERS_MAX - 2].rsplit(" ", 1)[0][: TITLE_CHARACTERS_MAX - 3] + "..."


def kept_text(text: str) -> str:
    """Return a text as it is kept: readable characters only, cut when it is very long.

    What was cut is counted in the text itself.
    """
    left_out = len(text) - TEXT_CHARACTERS_MAX
    kept = clean(text[:TEXT_CHARACTERS_MAX], "the message", TEXT_CHARACTERS_MAX)
    return f"{kept} [... {left_out:,} more characters]" if left_out > 0 else kept


def _newest(turns: tuple[Said, ...]) -> tuple[Said, ...]:
    """Return the newest turns that fit; whole exchanges make room."""
    size = sum(turn.size for turn in turns)
    first = 0
    while len(turns) - first > EXCHANGE and (
        len(turns) - first > TURNS_KEPT_MAX or size > CHARACTERS_KEPT_MAX
    ):
        size -= sum(turn.size for turn in turns[first : first + EXCHANGE])
        first += EXCHANGE
    return turns[first:]
