"""Guard: nothing that moves money or leaves the house runs before the user said yes to it."""

from __future__ import annotations

from collections.abc import Sequence

from net30.assistant.arguments import Access
from net30.assistant.calls import ASK, CONFIRM, REFUSE, Call, Confirm, access_of
from net30.assistant.turns import Turn

OUTCOMES = frozenset({ASK, CONFIRM, REFUSE})


def guarded(call: Call, history: Sequence[Turn]) -> Call:
    """Return the call itself, or the confirmation that it must wait for.

    A call that needs a yes passes only when the last answer waited for exactly this call.
    """
    if call.tool in OUTCOMES or access_of(call.tool) is not Access.CONFIRM:
        return call
    if any(waiting == call for waiting in pending(history)):
        return call
    return Call(CONFIRM, Confirm(tool=call.tool, args=call.args.as_json()))


def pending(history: Sequence[Turn]) -> tuple[Call, ...]:
    """Return the calls that the last answer waits to make."""
    if not history or history[-1].role != "assistant":
        return ()
    return tuple(call.pending for call in history[-1].calls if call.pending)
