"""Evidence: what a clause holds, and which intent that speaks for most."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from net30.assistant.intents.cues import find_cues, is_denied
from net30.assistant.intents.filters import bounds_of, is_in_phrase, period_of, periods_of
from net30.assistant.orders.create import read_order
from net30.assistant.targets.described import described_client
from net30.assistant.targets.references import Reference, find_references
from net30.assistant.understanding.chart import Match
from net30.assistant.understanding.days import read_year
from net30.assistant.understanding.money import read_amount
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.quantities import read_quantity
from net30.assistant.understanding.scene import Scene, once_a_scene
from net30.assistant.understanding.terms import read_terms
from net30.assistant.understanding.tokens import Kind

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


@once_a_scene
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
    statuses = _statuses(scene)
    if _is_unpaid(scene):
        found.add("unpaid")
        statuses -= {"paid"}
    found |= {"status"} if statuses else set()
    found |= {f"{status}_status" for status in statuses}
    found |= {"due"} if any(scene.chart.find("due", "due")) else set()
    found |= {"period"} if period_of(scene) else set()
    found |= {"compare"} if bounds_of(scene) else set()
    found |= {f"sort:{match.value}" for match in scene.chart.find("sort")}
    found |= _figures(scene, references)
    found |= _about_clients(scene, cues)
    if references:
        found.add("number")
    found |= {category for category in _PLAIN if any(scene.chart.find(category))}
    if all(_is_in_terms(scene, match) for match in scene.chart.find("method")):
        found.discard("method")
    if any(token.kind is Kind.MAIL for token in scene.chart.tokens):
        found.add("mail")
    if _is_every_invoice(scene, _EVERY) or (
        ("price" not in found or "compare" in found) and _is_every_invoice(scene, _SEVERAL)
    ):
        found.add("invoices")
    if any(scene.chart.ending(m.start, "article") for m in scene.chart.find("cue", "invoice")):
        found.add("an_invoice")
    if "price" in found and not scene.named and described_client(scene):
        found |= {"sale", "described"}
    if {"method", "paid_status"} <= found and not scene.named and described_client(scene):
        found.add("described")
    if "price" in found and ("client" in found or "quantity" in found):
        found.add("sale")
    if _is_counted_thing(scene, found):
        found.add("counted_thing")
    if scene.chart.text.rstrip().endswith("?") or _opens_a_question(scene, cues):
        found.add("asked")
    return found


def _is_in_terms(scene: Scene, match: Match) -> bool:
    """Tell whether words for cash only say when to pay: pago al contado."""
    starts = range(max(0, match.start - 2), match.start + 1)
    said = (read_terms(scene.chart, at, scene.calendar) for at in starts)
    return any(terms and terms.end >= match.end for terms in said)


def _is_unpaid(scene: Scene) -> bool:
    """Tell whether a clause says that somebody has not paid."""
    return any(is_denied(scene, match) for match in scene.chart.find("cue"))


def _statuses(scene: Scene) -> set[str]:
    """Return the statuses said, but for those inside terms: à payer avant le 15 décembre."""
    found = set()
    place = 0
    while place < len(scene.chart.tokens):
        terms = read_terms(scene.chart, place, scene.calendar)
        match = scene.chart.at(place, "status")
        if match and not (terms and terms.end > match.end) and not is_in_phrase(scene, match):
            found.add(match.value)
        ends = (thing.end for thing in (terms, match) if thing)
        place = max(ends, default=place + 1)
    return found


_PLAIN = (
    *("format", "what", "mass", "deposit", "weekday", "percent", "by", "sort", "part", "method"),
    "note",
)
"""Sorts of phrases that are evidence as they stand."""


def _about_clients(scene: Scene, cues: tuple[Match, ...]) -> set[str]:
    """Return what the place of a client's name says: who paid, and from whom money came."""
    if not scene.named:
        return set()
    found = {"client"}
    chart = scene.chart
    paying = {match.start for match in cues if match.value in {"paid", "gave"}}
    for name in scene.named:
        place = name.end
        while place not in paying and place < len(chart.tokens) and _is_adverb(scene, place):
            place += 1
        if place in paying:
            found.add("payer")
        led = chart.at(name.start - 1, "range", "between")
        if led and led.language != "fr":  # from, von; the French de is anybody's
            found.add("from_client")
    return found


def _is_adverb(scene: Scene, place: int) -> bool:
    """Tell whether a word may stand between who pays and 'paid': has just, have already."""
    chart = scene.chart
    return chart.kind(place) is Kind.WORD and (
        chart.is_filler(place) or chart.at(place, "cue", "did") is not None
    )


def _opens_a_question(scene: Scene, cues: tuple[Match, ...]) -> bool:
    """Tell whether an English clause begins with its verb: is 25 paid yet."""
    first = {match.value for match in cues if match.start == 0}
    return scene.chart.language == "en" and bool(first & {"question", "did"})


def _is_every_invoice(scene: Scene, leading: frozenset[str]) -> bool:
    """Tell whether 'every invoice' and 'each late invoice' mean many."""
    chart = scene.chart
    for match in chart.find("cue", "invoice"):
        before = range(max(0, match.start - 3), match.start)
        if any(chart.key(at) in leading for at in before):
            return True
    return False


_EVERY = frozenset({"every", "each", "chaque", "toute", "cada", "jede", "any"})
_SEVERAL = frozenset({"les", "mes", "nos", "ces", "quelles", "quels"})
"""French articles of more than one: les facture en retard, typed without the s."""


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
    taken |= _of_years(scene)
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
            found |= {"rated"} if chart.ending(place, "at", "unit_price") else set()
        elif quantity:
            found.add("quantity")
        elif number:
            found.add("figure")
            if chart.at(number.end, "cue", "invoices"):
                found.add("several")
            if (
                number.scaled
                or number.value >= PRICE_ALONE_MIN
                or _is_priced(scene, place, number.end)
            ):
                found.add("price")
        thing = amount or quantity or number
        place = thing.end if thing else place + 1
    return found


def _is_counted_thing(scene: Scene, found: set[str]) -> bool:
    """Tell whether so many of something are said with a client: Hooli, fitting of 6 lamps."""
    counted = {"quantity", "figure"} & found and "price" not in found
    return bool(counted and scene.named) and any(
        line.description for line in read_order(scene).lines
    )


def _of_years(scene: Scene) -> set[int]:
    """Return the tokens of periods that name a year: l'année 2025 counts and prices nothing."""
    return {
        place
        for period in periods_of(scene)
        if any(read_year(scene.chart, at) for at in range(period.start, period.end))
        for place in range(period.start, period.end)
    }


def _is_priced(scene: Scene, start: int, end: int) -> bool:
    chart = scene.chart
    before = chart.ending(start, "at", "unit_price")
    after = chart.at(end, "each") or chart.key(end) == "/"
    return bool(before or after)
