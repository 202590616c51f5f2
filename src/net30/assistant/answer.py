"""Answer: what the assistant said and did about one message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from net30.assistant.arguments import Result
from net30.assistant.calls import ASK, CONFIRM, REFUSE, Call
from net30.assistant.turns import Turn
from net30.kernel.errors import Net30Error

OFFLINE = "offline"
DRAFT_MADE = "draft_made"
"""The code of the result of making a draft."""


class Outcome(StrEnum):
    """How an answer ends: done, asked back, refused, waiting for a yes, or not possible."""

    DONE = "done"
    ASKED = "asked"
    REFUSED = "refused"
    CONFIRM = "confirm"
    FAILED = "failed"


_OUTCOMES = {ASK: Outcome.ASKED, REFUSE: Outcome.REFUSED, CONFIRM: Outcome.CONFIRM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the assistant says and did.

    `references` are the numbers of invoices, or the ids of drafts, that it made or showed;
    `answered_by` names the model; `faults` are the errors that calls ended in, told in `text`.
    It is `stopped` when the user had heard enough; what was done until then stands.
    """

    text: str
    calls: tuple[Call, ...]
    language: str
    answered_by: str = OFFLINE
    results: tuple[Result, ...] = ()
    faults: tuple[Net30Error, ...] = ()
    stopped: bool = False

    @property
    def outcome(self) -> Outcome:
        """Tell how it ended: the first call that was not simply done decides."""
        if self.faults:
            return Outcome.FAILED
        found = [_OUTCOMES[call.tool] for call in self.calls if call.tool in _OUTCOMES]
        return found[0] if found else Outcome.DONE

    @property
    def references(self) -> tuple[str, ...]:
        """Return the invoices and drafts it made or showed."""
        return tuple(result.reference for result in self.results if result.reference)

    @property
    def drafts(self) -> tuple[str, ...]:
        """Return the ids of the drafts that it made."""
        return tuple(result.reference for result in self.results if result.code == DRAFT_MADE)

    def as_turn(self) -> Turn:
        """Return the answer as a turn of the conversation, for the next message."""
        return Turn(
            "assistant",
            self.text,
            self.calls,
            reference=self.references[-1] if self.references else "",
            drafts=self.drafts,
            language=self.language,
            answered_by=self.answered_by,
        )
