"""Export invoices, clients, payments or figures to a file."""

from __future__ import annotations

from typing import Literal

from net30.assistant.arguments import Access, Arguments, NotYet, Result
from net30.services.context import ReadContext

ACCESS = Access.READ


class Args(Arguments):
    """What to export, in which format."""

    what: str
    format: Literal["csv", "xlsx", "pdf", "json", "html"]


def run(ctx: ReadContext, args: Args) -> Result:
    """Say that this is understood but not built yet."""
    raise NotYet(
        "exporting from a conversation is not there yet",
        hint="use the command: net30 export --help",
    )
