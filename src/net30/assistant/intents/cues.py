"""Cues: the words of a clause that say what is wanted."""

from __future__ import annotations

from dataclasses import replace

from net30.assistant.understanding.chart import Match
from net30.assistant.understanding.scene import Scene, once_a_scene
from net30.assistant.understanding.terms import read_terms
from net30.assistant.understanding.tokens import Kind

_STRONGER = ("method", "format", "currency", "free", "tax", "rate")
"""Sorts of phrases that, where longer, hide a cue: 'credit card', 'to be paid by'."""
_ONLY_JOINING = frozenset({"link", "plus"})
"""Words between a tax and its rate: they say nothing alone."""


@once_a_scene
def find_cues(scene: Scene) -> tuple[Match, ...]:
    """Return the cues of a clause, longest phrases first, none inside another one."""
    found: list[Match] = []
    chart = scene.chart
    place = 0
    while place < len(chart.tokens):
        longest = chart.at(place, "cue")
        end = longest.end if longest else place + 1
        stronger = _stronger(scene, place)
        skipped = (longest and longest.tail) or _is_way_to_pay(scene, place)
        verb = None if skipped else chart.at(place, "verb")
        if verb and verb.end >= max(end, stronger) and may_begin(scene, place):
            end = verb.end
            found += [
                replace(m, category="cue") for m in chart.all_at(place, "verb") if m.end == end
            ]
        if longest and max(end, stronger) <= longest.end:
            found += [m for m in chart.all_at(place, "cue") if _counts(scene, m, longest)]
        place = max(end, stronger)
    return tuple(found)


_DETERMINERS = frozenset(
    {"la", "une", "cette", "sa", "ma", "ta", "leur", "notre", "votre", "derniere", "nouvelle"}
    | {"the", "an", "this", "that", "his", "her", "their", "our", "my", "your", "last", "new"}
)


_ON = frozenset({"on", "against", "sur"})
_STATING = _DETERMINERS | {"is", "are", "was", "were", "be", "been", "not", "as", "any", "every"}
_STATING |= {"all", "except", "but", "which", "those", "a", "est", "sont", "excluding", "without"}
_REFUSED = frozenset({"fraud", "fraud_topic", "shady", "outside", "secret", "tenant", "override"})
_PAYING = frozenset({"paid", "gave", "received", "mark_paid"})
DENIAL_TOKENS = 5
"""So many words before a verb a 'not' still denies it: n'a toujours rien payé."""


def _is_way_to_pay(scene: Scene, place: int) -> bool:
    """Tell whether a word stands alone for how money came: 3900 received, check, 11/19."""
    chart = scene.chart
    method = chart.at(place, "method")
    closed = method is not None and chart.kind(method.end) in {None, Kind.SIGN}
    return closed and chart.kind(place - 1) is Kind.SIGN


def _counts(scene: Scene, match: Match, longest: Match) -> bool:
    if match.value in _REFUSED and _is_joined(scene, match.start):  # anti-fraude
        return False
    if match.value == "pick" and _goes_on(scene, match.end):
        return False
    same = match.end == longest.end and bool(match.tail) == bool(longest.tail)
    return same and not _is_noun(scene, match) and not is_denied(scene, match)


def _goes_on(scene: Scene, place: int) -> bool:
    """Tell whether what is counted follows 'the first': the first half, la première semaine."""
    chart = scene.chart
    if chart.kind(place) is not Kind.WORD or chart.is_filler(place):
        return False
    return not any(chart.at(place, sort) for sort in ("cue", "day", "method", "status", "logic"))


def _is_joined(scene: Scene, place: int) -> bool:
    """Tell whether a word ends a compound with a hyphen."""
    return scene.chart.text[: scene.chart.tokens[place].start].endswith("-")


def is_denied(scene: Scene, match: Match) -> bool:
    """Tell whether a verb of paying is denied: has not paid, n'a encore rien versé."""
    if match.value not in _PAYING or scene.chart.key(match.end) in {"qu'", "que"}:
        return False  # n'a reçu qu'une partie
    for place in range(match.start - 1, max(-1, match.start - 1 - DENIAL_TOKENS), -1):
        if scene.chart.kind(place) is not Kind.WORD or scene.is_named(place):
            return False
        if scene.chart.at(place, "logic", "not"):
            return True
    return False


def _is_noun(scene: Scene, match: Match) -> bool:
    """Tell whether 'invoice' is the thing and 'void' the state, not the verb: the void one."""
    if match.end > match.start + 1:
        return False
    before = scene.chart.key(match.start - 1)
    state = scene.chart.at(match.start, "status") is not None and before in _STATING
    return (match.value == "bill" and before in _DETERMINERS | _ON) or (
        match.value == "void" and state
    )


def may_begin(scene: Scene, place: int) -> bool:
    """Tell whether a request may begin here: first, or after a joint and polite words."""
    chart = scene.chart
    for before in range(place - 1, -1, -1):
        if scene.is_named(before):
            return False
        if chart.key(before) in _JOINTS or chart.at(before, "logic", "and"):
            return chart.key(before) != ":" or not scene.named
        polite = chart.at(before, "cue", "yes") or chart.at(before, "cue", "greeting")
        if not (chart.is_filler(before) or polite):
            return False
    return True


_JOINTS = frozenset({",", ";", ".", ":", "!", "?", "\n", "-", "+"})


def _stronger(scene: Scene, place: int) -> int:
    """Return where a phrase ends that hides cues: 'credit card', 'to be paid by 5 March'."""
    terms = read_terms(scene.chart, place, scene.calendar)
    ends = [
        match.end
        for kind in _STRONGER
        if (match := scene.chart.at(place, kind)) and match.value not in _ONLY_JOINING
    ]
    return max([terms.end if terms else 0, *ends])
