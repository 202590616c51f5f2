"""Wording: the words of a line that say what is sold, as they were written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from net30.assistant.orders.mark import Deposit, Mark
from net30.assistant.orders.marks import is_sentence_end
from net30.assistant.understanding.chart import ALWAYS
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.tokens import Kind

_BREAKS = frozenset({",", ";", ".", "\n", "!", "?", ":", "(", ")", "|", "•", "·", "*", "="})
_JOINTS = frozenset({",", ";", ".", "\n", "+", "•", "·", "*", "|"})
_LEADS = frozenset(
    {"for", "of", "pour", "de", "d'", "du", "des", "por", "para", "fur", "von", "on", "sur", "-"}
)
_QUOTES = frozenset("\"'«»")


@dataclass(frozen=True, slots=True)
class Segment:
    """The tokens [start, end) of one line and the mark of its price."""

    start: int
    end: int
    price: Mark | None


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that no mark explains; `led` when 'for' or 'of' comes before them."""

    start: int
    end: int
    led: bool


def marked(marks: Iterable[Mark]) -> set[int]:
    """Return the tokens that marks explain."""
    return {place for mark in marks for place in range(mark.start, mark.end)}


def is_joint(scene: Scene, place: int) -> bool:
    """Tell whether a sign or word here joins two lines: a comma, and, a lone slash."""
    chart = scene.chart
    if chart.key(place) == "/":  # between lines it stands apart: 7.500 / 12 rolls
        after = chart.tokens[place + 1 : place + 2]
        return not chart.tokens[place].glued and bool(after) and not after[0].glued
    return chart.key(place) in _JOINTS or chart.at(place, "logic", "and") is not None


def describe(scene: Scene, marks: Sequence[Mark], segment: Segment) -> str:
    """Return the words of a line that say what is sold, as they were written."""
    runs = runs_between(scene, marks, segment.start, segment.end)
    price = segment.price
    if price is None:
        return _text(scene, _without_intro(scene, runs, segment, segment.end))
    runs = _in_sentence(scene, runs, price.start) or runs
    runs = [run for run in runs if not _is_general(scene, run)] or runs
    before = [run for run in runs if run.start < price.start]
    before = _without_intro(scene, before, segment, price.start)
    after = [run for run in runs if run.start >= price.end and (run.led or not before)]
    before = [_last_said(scene, run) for run in before]
    labelled = [run for run in runs if _is_labelled(scene, run)]
    if labelled:  # objet : étude thermique
        return _text(scene, labelled[:1])
    if after and _is_introduced(scene, marks, price.start):  # as agreed: 500 for design
        before = []
    if any(isinstance(mark.meant, Deposit) for mark in marks):
        after = [run for run in runs if run.start >= price.end]
    return _text(scene, before + after[:1] if before else after[:1])


def _text(scene: Scene, runs: Sequence[Run]) -> str:
    words = " ".join(scene.chart.words(run.start, run.end) for run in runs)
    text = " ".join(words.split()).strip(" -:")
    quoted = len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES
    return text[1:-1].strip() if quoted else text


_PRICE_NAMES = frozenset({"fee", "fees", "amount", "price", "lump", "sum", "charge", "honoraires"})
_TIMES = ("unit", "month", "period", "quarter")


def _is_general(scene: Scene, run: Run) -> bool:
    """Tell whether words only name a price or a time: fixed fee, pour le mois de novembre."""
    chart = scene.chart
    return all(
        chart.is_filler(at)
        or chart.key(at) in _PRICE_NAMES
        or any(chart.at(at, sort) for sort in _TIMES)
        or (chart.kind(at) is Kind.NUMBER and chart.at(at - 1, "month"))
        for at in range(run.start, run.end)
    )


def _in_sentence(scene: Scene, runs: Sequence[Run], place: int) -> list[Run]:
    start = sentence_start(scene, place)
    end = next(
        (at for at in range(place, len(scene.chart.tokens)) if is_sentence_end(scene, at)),
        len(scene.chart.tokens),
    )
    return [run for run in runs if start <= run.start < end]


def sentence_start(scene: Scene, place: int) -> int:
    """Return the first token of the sentence around a token."""
    for at in range(place - 1, -1, -1):
        if is_sentence_end(scene, at):
            return at + 1
    return 0


def _without_intro(scene: Scene, runs: Sequence[Run], segment: Segment, end: int) -> list[Run]:
    """Return the runs after a colon, where there are any: what comes before only introduces."""
    colons = [
        at
        for at in range(segment.start, end)
        if scene.chart.key(at) == ":" and not scene.is_named(at)
    ]
    for colon in colons:
        after = [run for run in runs if run.start > colon]
        if after:
            return after
    return list(runs)


def _last_said(scene: Scene, run: Run) -> Run:
    """Return what follows the last 'we' or 'they' of a run: ... agreed that we do the signage.

    A single word after it is a verb, not the thing: the website we built.
    """
    chart = scene.chart
    for place in range(run.end - 1, run.start, -1):
        if chart.at(place, "subject"):
            tail = _trimmed(scene, place + 1, run.end)
            return tail if tail and tail.end - tail.start > 1 else run
    return run


def _is_labelled(scene: Scene, run: Run) -> bool:
    """Tell whether a label stands before some words: subject: thermal survey."""
    at = run.start - 1
    while at >= 0 and (scene.chart.key(at) == ":" or _is_edge(scene, at)):
        if scene.chart.ending(at + 1, "label", "description"):
            return True
        at -= 1
    return False


def _is_introduced(scene: Scene, marks: Sequence[Mark], place: int) -> bool:
    """Tell whether a price stands right after a colon, or after a colon and a quantity."""
    taken = marked(marks)
    at = place - 1
    while at >= 0 and (at in taken or (scene.chart.kind(at) is Kind.WORD and _is_edge(scene, at))):
        at -= 1
    return at >= 0 and scene.chart.key(at) == ":" and not scene.is_named(at)


def runs_between(scene: Scene, marks: Sequence[Mark], start: int, end: int) -> list[Run]:
    """Return the runs of words that no mark explains, left to right."""
    taken = marked(marks)
    runs: list[Run] = []
    place = start
    while place < end:
        stop = place
        while stop < end and stop not in taken and not _is_break(scene, stop):
            stop += 1
        run = _trimmed(scene, place, stop)
        if run:
            runs.append(run)
        place = stop + 1
    return runs


def _is_break(scene: Scene, place: int) -> bool:
    """Tell whether a sign parts two phrases; inside a word, as in alert(1), it does not."""
    token = scene.chart.tokens[place]
    if token.key == "/":
        return is_joint(scene, place)
    if token.key not in _BREAKS:
        return False
    after = scene.chart.tokens[place + 1 : place + 2]
    return not (token.glued and after and after[0].glued) or token.key == ","


def _trimmed(scene: Scene, start: int, end: int) -> Run | None:
    chart = scene.chart
    first, last = start, end
    while first < last and (_is_edge(scene, first) or _asks(scene, first)):
        first += 1
    while last > first and _is_edge(scene, last - 1):
        last -= 1
    if first == last:
        return None
    led = any(chart.key(at) in _LEADS for at in range(start, first)) or chart.key(start - 1) == "-"
    return Run(first, last, led)


_ASKING = frozenset({"create", "add", "bill", "change"})


def _asks(scene: Scene, place: int) -> bool:
    """Tell whether a sentence begins with a verb of asking: añade 20 euros, füge Anfahrt hinzu."""
    chart = scene.chart
    verb = any(
        match.end == place + 1 and match.value in _ASKING and match.language not in ALWAYS
        for match in chart.all_at(place, "cue")
    )
    before = range(sentence_start(scene, place), place)
    return verb and all(scene.is_named(at) or _is_edge(scene, at) for at in before)


def _is_edge(scene: Scene, place: int) -> bool:
    chart = scene.chart
    if chart.kind(place) is Kind.QUOTE or chart.key(place) in {"<", ">"}:
        return False
    return chart.is_filler(place)
