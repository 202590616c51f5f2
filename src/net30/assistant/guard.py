"""Guard: what may run now, what waits for a yes, and what is declined, whoever proposed it.

A model only proposes. What is decided here hangs on the tool's access, on the user's own words
and on what the last answer asked, never on what a model says about them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from net30.assistant.arguments import Access
from net30.assistant.calls import CONFIRM, Call, Confirm, access_of, make_call, refuse
from net30.assistant.safety.agreement import agrees
from net30.assistant.safety.heard import OUTCOMES, Heard, is_same
from net30.assistant.turns import Turn
from net30.assistant.understanding.directory import Customs, Directory

PENDING_MAX = 5
"""One yes confirms at most so many calls; a longer list is more than people read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done: a call, a confirmation or a refusal.

    `token` is the confirmation that the user's yes redeems with the call.
    """

    call: Call
    token: str = ""


def guarded(proposed: Call, heard: Heard, made: Sequence[Call] = ()) -> Verdict:
    """Return what becomes of a proposed call; `made` are the calls of this answer so far.

    What needs a yes is made when the last answer waited for it and the message agrees to all that
    waited. Else it becomes a confirmation, if the message asks for it: at most PENDING_MAX in one
    answer, so that a hasty yes meets nothing that a model put in between. A draft needs no yes
    when the user's own words ask for it.
    """
    call = proposed.pending or proposed
    if call.tool in OUTCOMES or access_of(call.tool) is Access.READ:
        return Verdict(call)
    declined = heard.refusal()
    if declined:
        return Verdict(refuse(declined))
    token = _token(call, heard)
    if token and proposed.pending is None and heard.is_yes():
        return Verdict(call, token)
    if token is None and _needs_no_yes(proposed, heard, made):
        return Verdict(call)
    if token is None and not heard.asks_for(call):
        return Verdict(refuse("mass" if heard.means_all(call) else "unasked"))
    waiting = [one.pending for one in made if one.pending]
    if len(waiting) >= PENDING_MAX and call not in waiting:
        return Verdict(refuse("mass"))
    return Verdict(Call(CONFIRM, Confirm(tool=call.tool, args=call.args.as_json())))


def rehearsed(
    proposed: Call, turns: Sequence[Turn], directory: Directory, customs: Customs
) -> Call:
    """Return what becomes of a proposed call where nothing is written and nothing signed.

    For evaluations over books in a file: who agrees to what is judged as in earnest.
    """
    if proposed.tool in OUTCOMES or access_of(proposed.tool) is not Access.CONFIRM:
        return proposed
    waiting = pending(turns[:-1])
    known = any(is_same(one, proposed) for one in waiting)
    if known and agrees(turns[-1].text, waiting, directory, customs):
        return proposed
    return Call(CONFIRM, Confirm(tool=proposed.tool, args=proposed.args.as_json()))


def pending(history: Sequence[Turn]) -> tuple[Call, ...]:
    """Return the calls that the last answer waits to make."""
    if not history or history[-1].role != "assistant":
        return ()
    return tuple(call.pending for call in history[-1].calls if call.pending)


def _needs_no_yes(proposed: Call, heard: Heard, made: Sequence[Call]) -> bool:
    if proposed.pending or access_of(proposed.tool) is not Access.WRITE:
        return False
    again = sum(one.tool == proposed.tool for one in made)
    return again < heard.wished(proposed.tool) and heard.bears_out(proposed)


def _token(call: Call, heard: Heard) -> str | None:
    """Return the token under which the last answer asked for a call; '' where it had none.

    None where it did not ask for it.
    """
    for one in heard.waiting:
        if is_same(make_call(one.tool, one.args), call):
            return one.token or ""
    return None


__all__ = ["OUTCOMES", "Verdict", "guarded", "pending", "rehearsed"]
