"""Near names: customers found although their names are misspelt, shortened or turned around."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, log

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from net30.adapters.sql.search.words import words_of

NEAR_MIN = 0.72
"""Least share of the asked words, by weight, that a name must answer."""

WORD_NEAR_MIN = 0.66
"""Least similarity of two words: one slip in three letters, two in six."""

SHORT_CHARACTERS = 3
"""Words below this are compared letter by letter only; from here on, beginnings count."""

ASKED_WORDS_MAX = 12
WORDS_TRIED_MAX = 40

_BEGUN = 0.95  # "consult" for "consulting"
_CUT = 0.85  # "corporation" for "corp"
_INITIALS = 0.95  # "sgbs" for "Société Générale de Banques au Sénégal"
_JOINED = 0.97  # "acmecorp" for "Acme Corp"


@dataclass(frozen=True, slots=True)
class Near:
    """A customer whose name is near what was asked, and how near, 0 to 1."""

    customer_id: str
    name: str
    nearness: float


class NearNames:
    """The names of an organisation's customers, made ready for comparing.

    Words that many names share (SARL, Corp) weigh little, rare ones much, as a person would weigh
    them. Similar words are those with few inserted, dropped, changed or swapped letters.
    """

    def __init__(self, customers: Sequence[tuple[str, str]]) -> None:
        self._customers = customers
        self._names: list[str] = []
        self._holders: dict[str, list[tuple[int, float]]] = {}
        for place, (_, name) in enumerate(customers):
            words = words_of(name)
            self._names.append(" ".join(words))
            for word, worth in _faces(words):
                self._holders.setdefault(word, []).append((place, worth))
        self._words = sorted(self._holders)
        self._by_length: dict[int, list[str]] = {}
        for word in self._words:
            self._by_length.setdefault(len(word), []).append(word)

    def find(self, text: str, limit: int) -> tuple[Near, ...]:
        """Return the nearest customers, nearest first; none when no name is near."""
        asked = list(dict.fromkeys(words_of(text)))[:ASKED_WORDS_MAX]
        best = self._answers(asked)
        if len(asked) > 1:  # "ac me" and "acme corp" for "AcmeCorp"
            joined = self._answers(["".join(asked)])
            best = {place: max(best.get(place, 0), joined.get(place, 0)) for place in best | joined}
        whole = " ".join(asked)
        found = [
            Near(*self._customers[place], self._fine(nearness, whole, place))
            for place, nearness in best.items()
            if nearness >= NEAR_MIN
        ]
        found.sort(key=lambda near: (-near.nearness, near.name, near.customer_id))
        return tuple(found[:limit])

    def _answers(self, asked: Sequence[str]) -> dict[int, float]:
        """Return, by customer, the share of the asked words' weight that the name answers."""
        weights, parts = 0.0, []
        for word in asked:
            weight, answered = self._answer(word)
            weights += weight
            parts.append((weight, answered))
        shares: dict[int, float] = {}
        for weight, answered in parts:
            for place, similarity in answered.items():
                shares[place] = shares.get(place, 0.0) + weight * similarity / weights
        return shares

    def _answer(self, asked: str) -> tuple[float, dict[int, float]]:
        """Return what an asked word weighs and how well each customer's name answers it."""
        nearest, weight = 0.0, log(1 + len(self._customers))
        answered: dict[int, float] = {}
        for word, similarity in self._similar(asked):
            holders = self._holders[word]
            if similarity > nearest:
                nearest = similarity
                weight = log(1 + len(self._customers) / len(holders))
            for place, worth in holders:
                answered[place] = max(answered.get(place, 0.0), similarity * worth)
        return weight, answered

    def _similar(self, asked: str) -> Iterator[tuple[str, float]]:
        """Yield known words like an asked one, and how like."""
        if len(asked) < SHORT_CHARACTERS:
            if asked in self._holders:
                yield asked, 1.0
            return
        shortest, longest = ceil(len(asked) * WORD_NEAR_MIN), int(len(asked) / WORD_NEAR_MIN)
        for length in range(shortest, longest + 1):  # no other length can be near enough
            for word, similarity, _ in process.extract(
                asked,
                self._by_length.get(length, ()),
                scorer=OSA.normalized_similarity,
                score_cutoff=WORD_NEAR_MIN,
                limit=WORDS_TRIED_MAX,
            ):
                yield word, similarity
        start = bisect_left(self._words, asked)
        for word in self._words[start : start + WORDS_TRIED_MAX]:
            if word.startswith(asked) and word != asked:
                yield word, _BEGUN
        for end in range(SHORT_CHARACTERS, len(asked)):
            if asked[:end] in self._holders:
                yield asked[:end], _CUT

    def _fine(self, nearness: float, asked: str, place: int) -> float:
        """Let the likeness of the whole names decide between equally near ones."""
        return 0.9 * nearness + 0.1 * fuzz.token_sort_ratio(asked, self._names[place]) / 100


def _faces(words: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Yield the words that a name answers to: its own, neighbours joined, all joined, initials."""
    faces = {"".join(pair): _JOINED for pair in pairwise(words)}
    if len(words) > 1:
        faces["".join(words)] = _JOINED
    for chosen in (words, [word for word in words if len(word) >= SHORT_CHARACTERS]):
        if len(chosen) >= SHORT_CHARACTERS:  # with and without "de", "au", "&"
            faces["".join(word[0] for word in chosen)] = _INITIALS
    faces |= dict.fromkeys(words, 1.0)
    yield from faces.items()
