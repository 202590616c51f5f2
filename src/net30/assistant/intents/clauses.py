"""Clauses: the requests of one message: record this and send that."""

from __future__ import annotations

from net30.assistant.orders.marks import is_sentence_end
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.tokens import Kind

CLAUSES_MAX = 8


def split(scene: Scene) -> tuple[str, ...]:
    """Return the parts of a message that may be requests of their own.

    A new part begins after 'and', a comma or a full stop, where a verb of asking follows.
    """
    chart = scene.chart
    starts = [0]
    for place in range(1, len(chart.tokens)):
        if len(starts) < CLAUSES_MAX and _begins(scene, place):
            starts.append(place)
    ends = [*starts[1:], len(chart.tokens)]
    return tuple(
        chart.words(start, end).strip(" ,;\n") for start, end in zip(starts, ends, strict=True)
    )


def _begins(scene: Scene, place: int) -> bool:
    chart = scene.chart
    if scene.is_named(place) or not _joint_before(scene, place):
        return False
    act = chart.at(place, "act")
    if act is None or act.value == "help":
        return False
    if chart.kind(place - 1) is Kind.SIGN and chart.key(place - 1) == ":":
        return False
    return not chart.at(place, "status") and not chart.at(place, "due")


def _joint_before(scene: Scene, place: int) -> bool:
    chart = scene.chart
    before = place - 1
    if before > 0 and chart.at(before, "act", "help"):  # then, puis
        return True
    joint = chart.at(before, "logic", "and") is not None or chart.key(before) in {",", ";"}
    return joint or is_sentence_end(scene, before)
