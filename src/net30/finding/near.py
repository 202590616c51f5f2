"""Near names: customers found although their names are misspelt, shortened or turned around."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, log

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from net30.finding.words import words_of

NEAR_MIN = 0.72
"""Least share of the asked words, by weight, that a name must answer."""

WORD_NEAR_MIN = 0.66
"""Least similarity of two words: one slip in three letters, two in six."""

INSTEAD_MAX = 5
SPREAD = 0.06
"""Customers so much less near than the nearest one are not shown instead of it."""

SHORT = 3
"""Characters. Words below this must be right; from here on, slips and beginnings count."""

ABBREVIATION_CHARACTERS_MAX = 5
ASKED_WORDS_MAX = 12
WORDS_TRIED_MAX = 40

_BEGUN = 0.95  # "consult" for "consulting"
_CUT = 0.85  # "corporation" for "corp"
_ABBREVIATED = 0.8  # "ets" for "établissements", "ste" for "société", "intl" for "international"
_INITIALS = 0.95  # "sgbs" for "Société Générale de Banques au Sénégal"
_JOINED = 0.97  # "acmecorp" for "Acme Corp"


_Answer = tuple[float, dict[int, float]]
"""What an asked word weighs, and how well it is answered by customers, by their place."""


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
        self._long: dict[str, set[str]] = {}
        for word in {word for name in self._names for word in name.split()}:
            if len(word) > ABBREVIATION_CHARACTERS_MAX:
                self._long.setdefault(word[0] + word[-1], set()).add(word)
        self._by_length: dict[int, list[str]] = {}
        for word in self._words:
            self._by_length.setdefault(len(word), []).append(word)

    def find(self, text: str, limit: int) -> tuple[Near, ...]:
        """Return the nearest customers, nearest first; none when no name is near."""
        asked = self._telling(words_of(text))
        best = self._answers([self._answer(self._like(word)) for word in asked])
        if len(asked) > 1:  # "ac me" and "acme corp" for "AcmeCorp"
            word = "".join(asked)
            joined = self._answers([self._answer(self._alike(word))])
            best = {place: max(best.get(place, 0), joined.get(place, 0)) for place in best | joined}
        whole = " ".join(asked)
        found = [
            Near(*self._customers[place], self._fine(nearness, whole, place))
            for place, nearness in best.items()
            if nearness >= NEAR_MIN
        ]
        found.sort(key=lambda near: (-near.nearness, near.name, near.customer_id))
        return tuple(found[:limit])

    def instead(self, text: str) -> tuple[Near, ...]:
        """Return the customers that a misspelt text may mean; none that is clearly less near."""
        found = self.find(text, INSTEAD_MAX)
        return tuple(near for near in found if near.nearness >= found[0].nearness - SPREAD)

    def _telling(self, words: Sequence[str]) -> list[str]:
        """Return the words that tell names apart: no "et" or "de" unless it is in some name."""
        distinct = list(dict.fromkeys(words))[:ASKED_WORDS_MAX]
        known = [word for word in distinct if len(word) >= SHORT or word in self._holders]
        return known or distinct

    def _answers(self, parts: Sequence[_Answer]) -> dict[int, float]:
        """Return, by customer, the share of the asked words' weight that the name answers."""
        weights = sum(weight for weight, _ in parts)
        shares: dict[int, float] = {}
        for weight, answered in parts:
            for place, similarity in answered.items():
                shares[place] = shares.get(place, 0.0) + weight * similarity / weights
        return shares

    def _answer(self, similar: Iterable[tuple[str, float]]) -> _Answer:
        """Return what an asked word weighs and how well each customer's name answers it."""
        nearest, weight = 0.0, log(1 + len(self._customers))
        answered: dict[int, float] = {}
        for word, similarity in similar:
            holders = self._holders[word]
            if similarity > nearest:
                nearest = similarity
                weight = log(1 + len(self._customers) / len(holders))
            for place, worth in holders:
                answered[place] = max(answered.get(place, 0.0), similarity * worth)
        return weight, answered

    def _like(self, asked: str) -> Iterator[tuple[str, float]]:
        """Yield known words that an asked one may stand for, and how likely."""
        yield from self._alike(asked)
        if len(asked) < SHORT:
            return
        start = bisect_left(self._words, asked)
        for word in self._words[start : start + WORDS_TRIED_MAX]:
            if word.startswith(asked) and word != asked:
                yield word, _BEGUN
        for end in range(SHORT, len(asked)):
            if asked[:end] in self._holders:
                yield asked[:end], _CUT
        if len(asked) <= ABBREVIATION_CHARACTERS_MAX:
            yield from ((word, _ABBREVIATED) for word in self._abbreviated(asked))

    def _abbreviated(self, asked: str) -> Iterator[str]:
        """Yield longer words with the asked one's letters in their order, first and last alike."""
        letters = re.compile(".*".join(asked))
        candidates = self._long.get(asked[0] + asked[-1], ())
        yield from (word for word in candidates if letters.fullmatch(word))

    def _alike(self, asked: str) -> Iterator[tuple[str, float]]:
        """Yield known words spelled like an asked one, and how like."""
        if len(asked) < SHORT:
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

    def _fine(self, nearness: float, asked: str, place: int) -> float:
        """Let the likeness of the whole names decide between equally near ones."""
        return 0.9 * nearness + 0.1 * fuzz.token_sort_ratio(asked, self._names[place]) / 100


def _faces(words: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Yield the words that a name answers to: its own, neighbours joined, all joined, initials."""
    faces = {"".join(pair): _JOINED for pair in pairwise(words)}
    if len(words) > 1:
        faces["".join(words)] = _JOINED
    for chosen in (words, [word for word in words if len(word) >= SHORT]):
        if len(chosen) >= SHORT:  # with and without "de", "au", "&"
            faces["".join(word[0] for word in chosen)] = _INITIALS
    faces |= dict.fromkeys(words, 1.0)
    yield from faces.items()
