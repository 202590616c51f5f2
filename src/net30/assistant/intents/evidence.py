"""Evidence: what a clause holds, and which intent that speaks for most."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from net30.assistant.targets.references import Reference, find_references
from net30.assistant.understanding.chart import Match
from net30.assistant.understanding.money import read_amount
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.quantities import read_quantity
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.terms import read_terms
from net30.assistant.understanding.tokens import Kind

_STRONGER = ("method", "format", "currency", "free")
"""Sorts of phrases that, where longer, hide a cue: 'credit card', 'to be paid by'."""
PRICE_ALONE_MIN = 1000
"""A bare number this large is evidence for a price."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An intent with the evidence it needs, any of which is enough, and what speaks against it."""

    intent: str
    weight: int
    every: frozenset[str]
    some: frozenset[str]
    none: frozenset[str]

    def fits(self, evidence: frozenset[str]) -> bool:
        """Tell whether the evidence is there."""
        return (
            self.every <= evidence
            and (not self.some or not self.some.isdisjoint(evidence))
            and self.none.isdisjoint(evidence)
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clause was taken to want: the intent, how strongly, and the evidence for it."""

    intent: str
    weight: int
    evidence: frozenset[str]
    references: tuple[Reference, ...]


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of words/intents.toml, the strongest first."""
    path = files("net30.assistant") / "words" / "intents.toml"
    found = [
        Rule(
            intent,
            rule["weight"],
            frozenset(rule.get("every", ())),
            frozenset(rule.get("some", ())),
            frozenset(rule.get("none", ())),
        )
        for intent, listed in tomllib.loads(path.read_text(encoding="utf-8")).items()
        for rule in listed
    ]
    return tuple(sorted(found, key=lambda rule: -rule.weight))


def weigh(scene: Scene) -> Reading:
    """Return the intent that the evidence of a clause speaks for most, or ''."""
    references = find_references(scene)
    evidence = frozenset(_evidence(scene, references))
    for rule in rules():
        if rule.fits(evidence):
            return Reading(rule.intent, rule.weight, evidence, references)
    return Reading("", 0, evidence, references)


def _evidence(scene: Scene, references: tuple[Reference, ...]) -> set[str]:
    cues = find_cues(scene)
    found = {match.value for match in cues}
    lead = _lead(scene, cues)
    found |= {f"lead:{value}" for value in lead}
    found |= {"status"} if any(scene.chart.find("status")) else set()
    found |= {f"{match.value}_status" for match in scene.chart.find("status")}
    found |= _figures(scene, references)
    if scene.named:
        found.add("client")
    if references:
        found.add("number")
    for category in ("format", "what", "deposit", "weekday", "percent", "by", "compare", "sort"):
        if any(scene.chart.find(category)):
            found.add(category)
    if any(token.kind is Kind.MAIL for token in scene.chart.tokens):
        found.add("mail")
    if "price" in found and ("client" in found or "quantity" in found):
        found.add("sale")
    if scene.chart.text.rstrip().endswith("?"):
        found.add("asked")
    return found


def find_cues(scene: Scene) -> tuple[Match, ...]:
    """Return the cues of a clause, longest phrases first, none inside another one."""
    found: list[Match] = []
    chart = scene.chart
    place = 0
    while place < len(chart.tokens):
        longest = chart.at(place, "cue")
        end = longest.end if longest else place + 1
        stronger = _stronger(scene, place)
        if longest and stronger <= longest.end:
            found += [m for m in chart.all_at(place, "cue") if m.end == longest.end]
        place = max(end, stronger)
    return tuple(found)


def _stronger(scene: Scene, place: int) -> int:
    """Return where a phrase ends that hides cues: 'credit card', 'to be paid by 5 March'."""
    terms = read_terms(scene.chart, place, scene.calendar)
    ends = [match.end for kind in _STRONGER if (match := scene.chart.at(place, kind))]
    return max([terms.end if terms else 0, *ends])


def _lead(scene: Scene, cues: tuple[Match, ...]) -> set[str]:
    """Return the cues that the clause begins with, after polite words."""
    chart = scene.chart
    polite = {"greeting", "yes", "no", "pronoun", "only", "question", "reason", "most", "change"}
    for place in range(len(chart.tokens)):
        if scene.is_named(place):
            return set()
        values = {match.value for match in cues if match.start == place} - polite
        if values:
            return values
        if not chart.is_filler(place):
            return set()
    return set()


def _figures(scene: Scene, references: tuple[Reference, ...]) -> set[str]:
    """Return money, price, quantity and number, as far as the clause has them."""
    chart, found = scene.chart, set()
    taken = {place for one in references for place in range(one.start, one.end)}
    place = 0
    while place < len(chart.tokens):
        if place in taken or scene.is_named(place):
            place += 1
            continue
        amount = read_amount(chart, place, scene.customs)
        quantity = None if amount else read_quantity(chart, place)
        number = None if amount or quantity else read_number(chart, place)
        if amount:
            found |= {"money", "price"}
        elif quantity:
            found.add("quantity")
        elif number:
            found.add("figure")
            if (
                number.scaled
                or number.value >= PRICE_ALONE_MIN
                or _is_priced(scene, place, number.end)
            ):
                found.add("price")
        thing = amount or quantity or number
        place = thing.end if thing else place + 1
    return found


def _is_priced(scene: Scene, start: int, end: int) -> bool:
    chart = scene.chart
    before = chart.ending(start, "at", "unit_price")
    after = chart.at(end, "each") or chart.key(end) == "/"
    return bool(before or after)
