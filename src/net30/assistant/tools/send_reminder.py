"""Remind a client of an unpaid invoice."""

from __future__ import annotations

from net30.assistant.arguments import Access, Arguments, NotYet, Result
from net30.services.context import ReadContext

ACCESS = Access.WRITE


class Args(Arguments):
    """Which invoice, or which client."""

    number: str | None = None
    client: str | None = None


def run(ctx: ReadContext, args: Args) -> Result:
    """Say that this is understood but not built yet."""
    raise NotYet(
        "sending reminders is not there yet",
        hint="send the invoice again: net30 invoice send NUMBER",
    )
