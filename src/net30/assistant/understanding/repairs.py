"""Repairs: what a speaker puts right in the same breath: 75 000, no sorry, 95 000."""

from __future__ import annotations

from dataclasses import dataclass

from net30.assistant.understanding.chart import Chart, Match
from net30.assistant.understanding.money import read_amount
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.quantities import read_quantity
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.tokens import Kind

REPAIRS_MAX = 4
"""So many slips of one message are put right."""
_SURE = frozenset({"amount", "quantity"})


@dataclass(frozen=True, slots=True)
class _Said:
    """A figure or a client in tokens [start, end); `bare` ends where its number does."""

    kind: str
    start: int
    end: int
    bare: int


def repaired(scene: Scene) -> str | None:
    """Return the text with the latest slip put right, or nothing where none is."""
    chart = scene.chart
    for match in chart.find("repair"):
        after = match.end
        while chart.kind(after) is Kind.SIGN and chart.key(after) in {",", ".", ":"}:
            after += 1
        new = _read(scene, after)
        old = _slip(scene, match, new) if new and match.start else None
        if new and old:
            return _replaced(chart, (old, match, new))
    return None


def _slip(scene: Scene, match: Match, new: _Said) -> _Said | None:
    """Return the last thing before the repair that the new one can stand for."""
    found: _Said | None = None
    named: _Said | None = None
    thing = scene.chart.key(new.end)
    place = 0
    while place < match.start:
        said = _read(scene, place)
        if said and said.end <= match.start and _may_replace(new, said):
            found = said
            named = said if thing and scene.chart.key(said.end) == thing else named
        place = said.end if said else place + 1
    if named or found is None or match.value != "weak":
        return named or found
    apart = scene.chart.kind(match.start - 1) is Kind.SIGN  # a no alone needs the same kind
    return found if apart and new.kind == found.kind and new.kind in _SURE else None


def _may_replace(new: _Said, old: _Said) -> bool:
    if "client" in {new.kind, old.kind}:
        return new.kind == old.kind
    return new.kind in {"number", old.kind}


def _read(scene: Scene, place: int) -> _Said | None:
    chart = scene.chart
    name = next((one for one in scene.named if one.start == place), None)
    if name:
        return _Said("client", place, name.end, name.end)
    if scene.is_named(place):
        return None
    number = read_number(chart, place)
    amount = read_amount(chart, place, scene.customs)
    if amount:
        led = number is None
        return _Said("amount", place, amount.end, amount.end if led else (number or amount).end)
    quantity = read_quantity(chart, place)
    if quantity and number:
        return _Said("quantity", place, quantity.end, number.end)
    if number and (not number.words or number.value > 1):
        return _Said("number", place, number.end, number.end)
    return None


def _replaced(chart: Chart, said: tuple[_Said, Match, _Said]) -> str:
    old, match, new = said
    end = old.end if new.kind == old.kind else old.bare
    middle = chart.words(end, match.start).strip(" ,;")
    same = chart.key(end) == chart.key(new.end) and chart.kind(end) is Kind.WORD
    last = new.end + same  # 3 cartons à 12 000, non 4 [cartons]
    parts = (
        chart.words(0, old.start),
        chart.words(new.start, new.end),
        middle,
        chart.words(last, len(chart.tokens)),
    )
    return " ".join(part for part in parts if part)
