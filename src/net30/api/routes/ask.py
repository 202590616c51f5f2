"""Ask: the assistant, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from net30.api.resource import Resource
from net30.api.visit import Change, Changing
from net30.assistant.answer import Outcome
from net30.assistant.dialogue import Dialogue
from net30.domain.identity.roles import Permission
from net30.kernel.errors import LimitExceeded
from net30.services.conversations.open_conversation import open_conversation

routes = Resource("ask", "The assistant: one message in plain words, one answer.")

CHARACTERS_MAX = 10_000
NEEDS = (Permission.CHAT_USE, Permission.CUSTOMERS_READ, Permission.INVOICES_READ)
"""To understand a message is to look names and numbers up; each tool has needs of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is said, and in which conversation of yours (empty: a new one)."""

    text: str
    conversation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer; `confirm` as its outcome means that it waits for your yes and did nothing yet.

    `references` are invoices' numbers and drafts' ids, `answered_by` is the model.
    """

    text: str
    outcome: Outcome
    references: tuple[str, ...]
    language: str
    answered_by: str
    conversation: str


@routes.post(
    "/ask",
    NEEDS,
    takes=Message,
    gives=Answered,
    example={"text": "Show me overdue invoices"},
)
def ask_assistant(visit: Changing) -> Response:
    """Say one message; drafts are made at once, what moves money or mail waits for a yes.

    Nothing is done that you may not do: each tool looks at your permissions when it runs.
    """
    message = visit.body(Message)
    if len(message.text) > CHARACTERS_MAX:
        raise LimitExceeded(
            f"the message has {len(message.text):,} characters",
            hint=f"say it in {CHARACTERS_MAX:,}",
            code="message_too_long",
        )
    return visit.once_apart(lambda: _answered(visit, message))


def _answered(visit: Change, message: Message) -> Answered:
    if message.conversation:
        with visit.look() as ctx:
            open_conversation(ctx, message.conversation)  # NotFound, for what is not one's own
    dialogue = Dialogue(
        house=visit.app,
        user=visit.principal.user,
        model=visit.app.chat,
        conversation_id=message.conversation,
    )
    given = dialogue.answer(message.text)
    return Answered(
        text=given.text,
        outcome=given.outcome,
        references=given.references,
        language=given.language,
        answered_by=given.answered_by,
        conversation=dialogue.conversation_id,
    )
