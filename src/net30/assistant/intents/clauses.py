"""Clauses: the requests of one message: record this and send that."""

from __future__ import annotations

from net30.assistant.orders.marks import is_sentence_end
from net30.assistant.understanding.chart import Match
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.tokens import Kind

CLAUSES_MAX = 8
SOON_TOKENS = 4
LAST_VERB_TOKENS_MAX = 10


def split(scene: Scene) -> tuple[tuple[str, bool], ...]:
    """Return the parts of a message that may be requests of their own.

    A new part begins after 'and', a comma or a full stop; the flag tells whether a verb of asking
    stands there.
    """
    chart = scene.chart
    starts = {0: True}
    for place in range(1, len(chart.tokens)):
        if len(starts) < CLAUSES_MAX and _joint_before(scene, place):
            asks = _begins(scene, _after_polite(scene, place))
            if asks or _may_ask(scene, place):
                starts[place] = asks
    ends = [*list(starts)[1:], len(chart.tokens)]
    spans = zip(starts, ends, strict=True)
    return tuple((chart.words(at, end).strip(" ,;\n"), starts[at]) for at, end in spans)


_POLITE = frozenset({"please", "pls", "plz", "kindly", "stp", "svp", "bitte", "merci", "favor"})


def _after_polite(scene: Scene, place: int) -> int:
    """Return where a request begins: and please nudge them, et merci de relancer."""
    chart, start = scene.chart, place
    while chart.key(place) in _POLITE or (place > start and chart.key(place) in {"de", "d'"}):
        place += 1
    return place


def _may_ask(scene: Scene, place: int) -> bool:
    """Tell whether a cue follows soon, as in '+ the collection rate'."""
    chart = scene.chart
    soon = range(place, min(place + SOON_TOKENS, len(chart.tokens)))
    return any(chart.at(at, "cue") and not chart.at(at, "method") for at in soon)


def _begins(scene: Scene, place: int) -> bool:
    chart = scene.chart
    if scene.is_named(place):
        return False
    if chart.key(place - 1) in _ADDING:
        return False
    act = chart.at(place, "act")
    if act is None and _verb_comes_last(scene, place):
        return True
    if act is None or act.value == "help":
        return False
    if chart.kind(place - 1) is Kind.SIGN and chart.key(place - 1) == ":":
        return False
    method = chart.at(place, "method")
    if method and chart.kind(method.end) in {None, Kind.SIGN}:  # 3900 received, check, 11/19
        return False
    status = chart.at(place, "status")
    if status and chart.kind(status.end) in {Kind.NUMBER, Kind.CODE}:  # and void 48
        return True
    return not status and not chart.at(place, "due")


_ADDING = frozenset({"mas", "mais"})
"""Words that join things, not requests: más la gasolina."""


def _verb_comes_last(scene: Scene, place: int) -> bool:
    """Tell whether German puts both verbs last: die 35 buchen und die 45 stornieren."""
    chart = scene.chart
    if chart.language != "de" or not chart.ending(place - 1, "act"):
        return False
    soon = range(place + 1, min(place + LAST_VERB_TOKENS_MAX, len(chart.tokens)))
    return any(chart.at(at, "act") for at in soon)


def _ranks(scene: Scene, place: int) -> tuple[Match | None, ...]:
    chart = scene.chart
    return chart.at(place, "sort"), chart.at(place, "cue", "top"), chart.at(place, "compare")


def _joint_before(scene: Scene, place: int) -> bool:
    chart = scene.chart
    before = place - 1
    if any(match and match.end > place for match in _ranks(scene, before)):  # les 5 plus gros
        return False
    if before > 0 and chart.at(before, "act", "help"):  # then, puis
        return True
    joint = chart.at(before, "logic", "and") is not None or chart.key(before) in {",", ";"}
    joint = joint and chart.key(before) not in _ADDING
    return joint or is_sentence_end(scene, before)
