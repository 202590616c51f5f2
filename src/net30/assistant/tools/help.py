"""Say what the assistant can do."""

from __future__ import annotations

from net30.assistant.arguments import Access, Arguments, Result, Word
from net30.assistant.calls import access_of, description_of, tool_names
from net30.domain.identity.roles import Permission
from net30.services.context import ReadContext

ACCESS = Access.READ
NEEDS: tuple[Permission, ...] = ()


class Args(Arguments):
    """No arguments."""


def run(ctx: ReadContext, args: Args) -> Result:
    """Return what can be asked, in groups: what only looks, what writes, what asks first."""
    del ctx, args  # the same for everybody
    groups: dict[str, list[tuple[Word]]] = {f"help_{access.value}": [] for access in Access}
    for name in tool_names():
        groups[f"help_{access_of(name).value}"].append((Word("tool", name, description_of(name)),))
    parts = (Result(code, rows=tuple(rows)) for code, rows in groups.items() if rows)
    return Result("help", parts=tuple(parts))
