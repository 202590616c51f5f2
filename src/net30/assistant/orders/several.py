"""Several: the orders for different clients that one request places."""

from __future__ import annotations

import re
from itertools import pairwise

from net30.assistant.orders.create import place_order, read_order
from net30.assistant.orders.marks import is_sentence_end
from net30.assistant.understanding.clients import Named
from net30.assistant.understanding.scene import Scene, make_scene
from net30.assistant.understanding.tokens import Kind

_PREPOSITIONS = frozenset({"for", "to", "pour", "a", "para", "fur", "an"})
_OTHER = frozenset({"other", "another", "second", "autre", "otra", "outra", "andere"})
_SHARES = re.compile(r"(?<![\d/.,-])\d{1,2}(?:\s?[/-]\s?\d{1,2})+(?![\d/.,%-])")
WHOLE_PERCENT = 100
_EACH = frozenset({"each", "apiece", "chacun", "chacune", "jeweils", "cada"})


def split_orders(scene: Scene) -> tuple[Scene, ...]:
    """Return one scene an order; the scene itself unless every part is an order by itself."""
    names = sure_clients(scene)
    if len(names) <= 1:
        return (scene,)
    texts = _shared(scene, names) or apart(scene, names)
    parts = tuple(make_scene(text, scene.world, scene.chart.languages) for text in texts)
    whole = all(place_order(read_order(part)).tool == "create_invoice" for part in parts)
    return parts if len(parts) > 1 and whole else (scene,)


def is_shared_out(scene: Scene) -> bool:
    """Tell whether one amount is shared by clients in per cent: Initech and Hooli 60/40."""
    clients = len(sure_clients(scene))
    shares = (re.findall(r"\d+", found[0]) for found in _SHARES.finditer(scene.chart.text))
    return clients > 1 and any(
        len(parts) == clients and sum(map(int, parts)) == WHOLE_PERCENT for parts in shares
    )


def sure_clients(scene: Scene) -> list[Named]:
    """Return the places of different clients that are certain, left to right."""
    found: dict[str, Named] = {}
    for name in sorted(scene.named, key=lambda one: one.start):
        if len(name.clients) == 1:
            found.setdefault(name.clients[0].name, name)
    return list(found.values())


def _shared(scene: Scene, names: list[Named]) -> tuple[str, ...]:
    """Return the request once for each client: invoice Hooli and Globex 50 000 each.

    After a comma a name may be a part of what is sold, after 'and' it is whom to invoice, too.
    """
    chart = scene.chart
    for one, following in pairwise(names):
        between = range(one.end, following.start)
        if not between or not all(_is_joint(scene, at) for at in between):
            return ()
    keys = {token.key for token in chart.tokens}
    listed = range(names[0].end, names[-1].start)
    said = all(scene.is_named(at) or chart.at(at, "logic", "and") for at in listed)
    if keys.isdisjoint(_EACH) and not said:
        return ()
    before = chart.words(0, names[0].start)
    after = ""
    for at in range(names[-1].end, len(chart.tokens)):
        glued = chart.tokens[at].glued or chart.key(at - 1).endswith("'")
        after += "" if chart.key(at) in _EACH else f"{'' if glued else ' '}{chart.tokens[at].text}"
    return tuple(f"{before} {chart.words(one.start, one.end)} {after}" for one in names)


def apart(scene: Scene, names: list[Named]) -> tuple[str, ...]:
    """Return the parts that each begin or end with a client of their own."""
    starts = [0]
    for name in names[1:]:
        start = _begin(scene, name, starts[-1])
        if start is None:
            return ()
        starts.append(start)
    ends = [*starts[1:], len(scene.chart.tokens)]
    spans = zip(starts, ends, strict=True)
    return tuple(scene.chart.words(start, end).strip(" ,;\n") for start, end in spans)


def _begin(scene: Scene, name: Named, least: int) -> int | None:
    """Return where the part of a client begins: after the last joint before the name.

    Only small words may stand between, or the name ends its part after 'for': 500 for Globex.
    """
    joints = [at for at in range(least + 1, name.start) if _is_joint(scene, at)]
    if not joints:
        return None
    start = joints[-1] + 1
    leads = all(_is_small(scene, at) for at in range(start, name.start))
    others = [at for at in range(start, name.start) if scene.chart.key(at) in _OTHER]
    start = others[-1] + 1 if leads and others else start
    size = len(scene.chart.tokens)
    closes = name.end >= size or _is_joint(scene, name.end)
    ends = closes and scene.chart.key(name.start - 1) in _PREPOSITIONS
    return start if leads or ends else None


def _is_small(scene: Scene, place: int) -> bool:
    chart = scene.chart
    counted = chart.kind(place) is Kind.NUMBER or chart.at(place, "currency") is not None
    return counted or chart.is_filler(place) or chart.key(place) in _OTHER


def _is_joint(scene: Scene, place: int) -> bool:
    chart = scene.chart
    joint = chart.at(place, "logic", "and") or chart.key(place) in {",", ";", "+", "\n"}
    return bool(joint) or is_sentence_end(scene, place)
