"""Described: a client that is named by what it is: the logistics company in Senegal."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from net30.assistant.roll.names import core
from net30.assistant.roll.people import KnownClient
from net30.assistant.understanding.clean import fold
from net30.assistant.understanding.lexicon import lexicon
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.tokens import Kind

TELLING_LETTERS_MIN = 4
"""Shorter words describe nobody."""
TRAIT_WEIGHT = 3
"""What a fitting country, city or industry counts."""
WORD_WEIGHT = 2
"""What a word of the client's name, or of what it bought, counts."""
AROUND = 5
"""So many words before and after 'client' may describe it."""


@cache
def _places() -> dict[str, dict[str, tuple[str, ...]]]:
    path = files("net30.assistant") / "words" / "places.toml"
    tables: dict[str, dict[str, tuple[str, ...]]] = {"country": {}, "industry": {}}
    for table, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for value, words in entries.items():
            for word in words:
                key = fold(word)
                tables[table][key] = (*tables[table].get(key, ()), value)
    return tables


_DETERMINERS = frozenset(
    {
        "the",
        "our",
        "my",
        "that",
        "le",
        "la",
        "l'",
        "notre",
        "mon",
        "ce",
        "cette",
        "el",
        "o",
        "a",
        "nuestro",
        "nosso",
        "der",
        "die",
        "das",
        "den",
        "unser",
        "unseren",
        "dem",
    }
)
_OF = frozenset(
    {
        "in",
        "from",
        "of",
        "at",
        "de",
        "du",
        "en",
        "au",
        "d'",
        "a",
        "des",
        "aus",
        "em",
        "who",
        "that",
        "qui",
        "with",
        "avec",
        "da",
        "do",
    }
)


@dataclass(frozen=True, slots=True)
class Described:
    """Tokens [start, end) that describe a client, and the clients that fit best."""

    start: int
    end: int
    clients: tuple[KnownClient, ...]


def described_client(scene: Scene) -> Described | None:
    """Return the clients that a description fits best, and where it stands."""
    chart = scene.chart
    for match in chart.find("described"):
        if _ends_a_name(scene, match.start):
            continue
        first = match.start
        while first > max(0, match.start - AROUND) and chart.key(first) not in _DETERMINERS:
            first -= 1
        if chart.key(first) not in _DETERMINERS:
            first = match.start
        last = _tail(scene, match.end)
        own = match.end if match.value == "client" else match.start  # a clinic is its own word
        around = (*chart.tokens[first : match.start], *chart.tokens[own:last])
        words = [token.key for token in around if token.kind is Kind.WORD]
        found = _fitting(scene, words)
        if len(found) > 1:  # the rest of the clause may tell them apart
            every = [token.key for token in chart.tokens if token.kind is Kind.WORD]
            first_found = {one.id for one in found}
            both = (one for one in _fitting(scene, every) if one.id in first_found)
            found = tuple(both) or found
        if found:
            return Described(first, last, found)
    return None


def _ends_a_name(scene: Scene, place: int) -> bool:
    """Tell whether a noun in capitals ends a name in capitals: for Quarrystone Builders."""
    chart = scene.chart
    before, word = (chart.tokens[at].text if at >= 0 else "" for at in (place - 1, place))
    proper = word[:1].isupper() and before[:1].isupper() and not chart.text.isupper()
    known = chart.is_filler(place - 1) or any(chart.all_at(place - 1, "cue"))
    return proper and not known and chart.language != "de"


def _tail(scene: Scene, end: int) -> int:
    """Return the end of 'in Senegal', 'de Dakar' after the noun."""
    chart = scene.chart
    place = end
    while chart.key(place) in _OF | _DETERMINERS and place < end + 3:
        place += 1
    phrases = {**_places()["country"], **_places()["industry"]}
    for size in (2, 1):
        words = [token.key for token in chart.tokens[place : place + size]]
        if len(words) == size and " ".join(words) in phrases:
            return place + size
    is_name = scene.directory.clients.is_name
    return place + 1 if place > end and is_name(chart.key(place)) else end


def _fitting(scene: Scene, words: list[str]) -> tuple[KnownClient, ...]:
    index = scene.directory.clients
    people = index.people
    phrases = {*words, *(" ".join(pair) for pair in pairwise(words))}
    scores: Counter[str] = Counter()
    for code in {code for word in phrases for code in _places()["country"].get(word, ())}:
        _add(scores, people.by_country.get(code, ()), TRAIT_WEIGHT)
    for name in {name for word in phrases for name in _places()["industry"].get(word, ())}:
        _add(scores, people.by_industry.get(name, ()), TRAIT_WEIGHT)
    for phrase in phrases:
        _add(scores, people.by_city.get(phrase, ()), TRAIT_WEIGHT)
    for word in {word for word in words if len(word) >= TELLING_LETTERS_MIN}:
        holders = [one for one in index.holders(word) if word in core(index.words(one))]
        _add(scores, holders, WORD_WEIGHT)
    for owner in filter(None, map(index.named, _sold(scene, words))):
        scores[owner.id] += WORD_WEIGHT
    best = max(scores.values(), default=0)
    fitting = {one for one in scores if scores[one] == best}
    return tuple(client for client in people if client.id in fitting)


def _add(scores: Counter[str], clients: Iterable[str], weight: int) -> None:
    for client in clients:
        scores[client] += weight


def _sold(scene: Scene, words: list[str]) -> set[str]:
    """Return the clients to whom something of these words was sold."""
    known = lexicon().vocabulary
    rare = [word for word in words if len(word) >= TELLING_LETTERS_MIN and word not in known]
    return {invoice.client for word in rare for invoice in scene.directory.about((word,))}
