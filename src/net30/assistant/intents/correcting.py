"""Correcting: whether a new draft puts an earlier one right, or stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from net30.assistant.calls import Call
from net30.assistant.intents.evidence import weigh
from net30.assistant.intents.followups import follow_up
from net30.assistant.intents.memory import Memory, remember
from net30.assistant.tools.create_invoice import Args
from net30.assistant.turns import Turn
from net30.assistant.understanding.chart import languages_of
from net30.assistant.understanding.days import Calendar
from net30.assistant.understanding.directory import Customs, Directory
from net30.assistant.understanding.scene import Scene, World, make_scene

_CHANGING = frozenset({"change", "no"})
"""'Make it', 'rather', 'no, for Globex': a draft for somebody else is the same draft."""
_LEADS = frozenset({"lead:bill", "lead:create"})


def corrects(
    turns: Sequence[Turn], call: Call, directory: Directory, customs: Customs, today: date
) -> bool:
    """Tell whether the last message asks for the latest draft to be put right by a call.

    `call` is the draft as it shall be, whoever proposed it. In doubt the answer is no: two drafts
    are a smaller fault than a lost one.
    """
    world = World(directory, customs, Calendar(today, customs.date_order))
    spoken = next((f for t in reversed(turns[:-1]) if (f := languages_of(t.text))), ())
    memory = remember(turns, directory)
    earlier, new = memory.draft and memory.draft.args, call.args
    if not isinstance(earlier, Args) or not isinstance(new, Args):
        return False
    scene = make_scene(turns[-1].text, world, spoken)
    request = [make_scene(text, world, spoken) for text in memory.requests] + [scene]
    evidence = frozenset().union(*(weigh(one).evidence for one in request))
    if _is_fresh(evidence) or (new.client != earlier.client and not evidence & _CHANGING):
        return False
    return _means_something_else_alone(scene, memory) or (
        not any(one.named for one in request) and _shares_a_line(earlier, new)
    )


def _is_fresh(evidence: frozenset[str]) -> bool:
    """Tell whether a request is of its own: another invoice, or 'invoice them for ...'."""
    return "new" in evidence or (bool(evidence & _LEADS) and not evidence & {"change", "add"})


def _means_something_else_alone(scene: Scene, memory: Memory) -> bool:
    """Tell whether the message would be understood otherwise, had there been no draft."""
    alone = replace(memory, draft=None)
    return follow_up(scene, memory, _afresh) != follow_up(scene, alone, _afresh)


def _afresh(_scene: Scene, _memory: Memory) -> tuple[Call, ...]:
    return ()


def _shares_a_line(earlier: Args, new: Args) -> bool:
    before = {line.description.casefold() for line in earlier.lines}
    return any(line.description.casefold() in before for line in new.lines)
