"""Export a conversation: as JSON for programs, or as Markdown, which reads as plain text too."""

from __future__ import annotations

import json
from enum import StrEnum

from net30.domain.conversation import Conversation, Said, Speaker
from net30.services.context import ReadContext


class Written(StrEnum):
    """The form an exported conversation has."""

    JSON = "json"
    MARKDOWN = "md"


def take_conversation(ctx: ReadContext, conversation: Conversation, form: Written) -> str:
    """Return the whole conversation as text for a file; the audit notes it."""
    ctx.take_out(f"conversation {conversation.id} as {form.value}", len(conversation.turns))
    return export_conversation(conversation, form)


def export_conversation(conversation: Conversation, form: Written) -> str:
    """Return the whole conversation as text."""
    return _as_json(conversation) if form is Written.JSON else _as_markdown(conversation)


def _as_json(conversation: Conversation) -> str:
    told = {
        "id": conversation.id,
        "title": conversation.title,
        "started_at": conversation.started_at.isoformat(),
        "turns_dropped": conversation.dropped,
        "turns": [_turn(said) for said in conversation.turns],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _turn(said: Said) -> dict[str, object]:
    told: dict[str, object] = {
        "speaker": said.speaker.value,
        "at": said.at.isoformat(),
        "text": said.text,
    }
    if said.speaker is Speaker.ASSISTANT:
        told |= {
            "answered_by": said.answered_by,
            "language": said.language,
            "calls": [{"tool": call.tool, "args": json.loads(call.args)} for call in said.calls],
            "reference": said.reference,
            "drafts": list(said.drafts),
        }
    return told


def _as_markdown(conversation: Conversation) -> str:
    lines = [f"# {_heading(conversation.title)}", ""]
    if conversation.dropped:
        lines += [f"({conversation.dropped} earlier turns were not kept.)", ""]
    for said in conversation.turns:
        who = "You" if said.speaker is Speaker.USER else f"net30 ({said.answered_by})"
        lines += [f"**{_heading(who)}**, {said.at:%Y-%m-%d %H:%M %Z}", ""]
        # Indented text is shown as it is: a message cannot become a heading or a link.
        lines += [f"    {line}".rstrip() for line in said.text.splitlines() or [""]]
        lines += [f"    > {call.tool} {call.args}" for call in said.calls]
        lines.append("")
    return "\n".join(lines)


def _heading(text: str) -> str:
    """Return a line of text in which nothing is Markdown."""
    return "".join(f"\\{letter}" if letter in r"\`*_[]<>#!|" else letter for letter in text)
