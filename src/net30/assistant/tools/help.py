"""Say what the assistant can do."""

from __future__ import annotations

from net30.assistant.arguments import Access, Arguments, Result
from net30.services.context import ReadContext

ACCESS = Access.READ


class Args(Arguments):
    """No arguments."""


def run(ctx: ReadContext, args: Args) -> Result:
    """Return what can be asked."""
    return Result("help")
