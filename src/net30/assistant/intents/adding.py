"""Adding: what a correction changes in a draft apart from what it adds to it."""

from __future__ import annotations

from net30.assistant.orders.create import read_order
from net30.assistant.understanding.scene import Scene, make_scene
from net30.assistant.understanding.tokens import Kind


def parts_of(scene: Scene) -> tuple[Scene, ...]:
    """Return what changes a draft and what adds to it: make that 6, and add delivery 10k."""
    chart = scene.chart
    for match in chart.find("cue", "add"):
        joined = chart.key(match.start - 1) == "," or chart.ending(match.start, "logic", "and")
        parts = (chart.words(0, match.start), chart.words(match.start, len(chart.tokens)))
        if not joined or chart.at(match.start, "logic"):
            continue
        first, then = (make_scene(text, scene.world, chart.languages) for text in parts)
        adds = [line for line in read_order(then).lines if line.description]
        if adds and all(line.unit_price is not None for line in adds) and _figures(first):
            return first, then
    return (scene,)


def _figures(scene: Scene) -> bool:
    """Tell whether a part of a correction says a number of its own."""
    return any(token.kind is Kind.NUMBER for token in scene.chart.tokens)
