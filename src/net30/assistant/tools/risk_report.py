"""Report which open invoices are likely to be paid late."""

from __future__ import annotations

from net30.assistant.arguments import Access, Arguments, NotYet, Result
from net30.services.context import ReadContext

ACCESS = Access.READ
READY = False


class Args(Arguments):
    """No arguments."""


def run(ctx: ReadContext, args: Args) -> Result:
    """Say that this is understood but not built yet."""
    raise NotYet(
        "the risk report is not there yet",
        hint="ask for the ageing or the clients who owe the most",
        code="risk_report",
    )
