"""Clients: which client of the books a sentence names; typos and short forms, never a guess."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

from net30.assistant.roll.aligning import ALONE_PERCENT, SMALL, Found, align, is_ordinary, is_worth
from net30.assistant.roll.names import (
    NEAR_LETTERS_MIN,
    Ids,
    NameIndex,
    Words,
    bare,
    core,
    name_words,
    trade_words,
    words_of,
)
from net30.assistant.roll.people import KnownClient, People
from net30.assistant.understanding.tokens import Kind, Token

NEAR_PERCENT = 78
"""How alike a misspelt word and a name's word must be, on rapidfuzz's scale of 0-100."""
RIGHT_PERCENT = 100
QUALITY_STEP = 30
"""Readings of the same tokens within this are equally good."""
HOLDERS_MAX = 100
"""A word of more names than this tells who is meant only together with another of the name."""
NAME_TOKENS_MAX = 10
INITIALS = range(3, 7)
"""So many letters a name's initials have."""
FOLLOWING_TOKENS_MAX = 6
"""So far after a name's first word its next one is looked for."""


@dataclass(frozen=True, slots=True)
class Named:
    """Tokens [start, end) that name one of these clients; one alone is certain.

    `exact` means the whole name stands there; `quality` orders competing readings.
    """

    start: int
    end: int
    clients: tuple[KnownClient, ...]
    quality: int
    exact: bool = False


@dataclass(slots=True)
class _Reading:
    """The same while readings are compared: clients by their ids, in order."""

    start: int
    end: int
    clients: dict[str, None]
    quality: int
    exact: bool = False


class ClientIndex:
    """Every client by the words of its name."""

    def __init__(
        self, names: NameIndex, client: Callable[[str], KnownClient], people: Callable[[], People]
    ) -> None:
        """Take all names; `client` and `people` are asked only about who is meant."""
        self._names, self.client, self._people = names, client, people

    @classmethod
    def of(cls, clients: Iterable[KnownClient]) -> ClientIndex:
        """Return the index of clients that are at hand."""
        people = People(clients)
        names = NameIndex((one.id, one.name) for one in people)
        return cls(names, people.client, lambda: people)

    @property
    def people(self) -> People:
        """Return all clients by what else is known of them."""
        return self._people()

    def is_name(self, word: str) -> bool:
        """Tell whether a folded word stands in some client's name."""
        return word in self._names

    def holders(self, word: str) -> Ids:
        """Return the ids of the clients whose name has a folded word."""
        return self._names.holders(word)

    def words(self, client_id: str) -> Words:
        """Return the words of a client's name."""
        return self._names.words(client_id)

    def by_email(self, address: str) -> KnownClient | None:
        """Return the client with an address, or the only one of its domain."""
        return self.people.by_email(address)

    def named(self, name: str) -> KnownClient | None:
        """Return the client with exactly this name, without case, accents and punctuation."""
        found = self._names.named(name_words(name))
        return self.client(found[0]) if found else None

    def whole_names(self, tokens: Sequence[Token]) -> set[int]:
        """Return the places of tokens that are the whole name of a client, two words or more."""
        found: set[int] = set()
        keys = [bare(token.key) for token in tokens]
        for start, token in enumerate(tokens):
            if token.kind is not Kind.WORD or keys[start] not in self._names:
                continue
            for end in range(min(len(tokens), start + NAME_TOKENS_MAX), start + 1, -1):
                spelt = (at for at in range(start, end) if tokens[at].kind is not Kind.SIGN)
                if self._names.named(tuple(keys[at] for at in spelt)):
                    found.update(range(start, end))
                    break
        return found

    def find(self, tokens: Sequence[Token], known: Container[str]) -> tuple[Named, ...]:
        """Return the clients that tokens name, the best reading at each place, left to right.

        `known` are ordinary words of the languages: they are never taken for misspelt names.
        """
        readings: list[_Reading] = []
        for start, token in enumerate(tokens):
            if token.kind is Kind.WORD:
                readings += self._from(tokens, start, known)
        return tuple(
            Named(
                one.start,
                one.end,
                tuple(self.client(client) for client in one.clients),
                one.quality,
                one.exact,
            )
            for one in _best(readings)
        )

    def _from(self, tokens: Sequence[Token], start: int, known: Container[str]) -> list[_Reading]:
        word = bare(tokens[start].key)
        readings = [
            reading
            for reading, words, found in self._aligned(tokens, start, word)
            if not is_ordinary(found, words, known)
        ]
        if self._is_widespread(word) and word not in known:
            readings += self._one_of_many(word, start)
        for near, alike in self._near(word, known):
            aligned = self._aligned(tokens, start, near, alike)
            readings += [
                reading
                for reading, words, found in aligned
                if is_worth(found, alike) and not _is_another(tokens, found, words)
            ]
            if self._is_widespread(near) and alike >= ALONE_PERCENT:
                readings += self._one_of_many(near, start, alike)
        if _may_be_initials(tokens[start], word) and word not in known and not readings:
            some = dict.fromkeys(self._names.initials(word)[:HOLDERS_MAX])
            readings += [_Reading(start, start + 1, some, 60)] if some else []
        joined = word + (bare(tokens[start + 1].key) if start + 1 < len(tokens) else "")
        return readings + self._run_together(word, joined, start)

    def _aligned(
        self, tokens: Sequence[Token], start: int, word: str, alike: int = 0
    ) -> Iterator[tuple[_Reading, Words, Found]]:
        """Yield the names that can be read from a word on; `alike` is that of a misspelt one."""
        widespread = self._is_widespread(word)
        for client in self._candidates(word, tokens, start, begins=not alike):
            words = self._names.words(client)
            found = align(tokens, start, words, word if alike else "")
            if found and not (widespread and len(found.words) == 1 < len(words)):
                yield _reading(client, words, start, found, alike or RIGHT_PERCENT), words, found

    def _is_widespread(self, word: str) -> bool:
        return len(self._names.holders(word)) > HOLDERS_MAX

    def _candidates(
        self, word: str, tokens: Sequence[Token], start: int, *, begins: bool
    ) -> Iterable[str]:
        """Return the clients whose name may be read from here.

        Of a common word, those that are called so and no more, and those that have the next word
        of the sentence, too. Where it `begins` a name, an ordinary word must be the first.
        """
        names = self._names
        found = names.begun(word) if begins and word in trade_words() else names.holders(word)
        if len(found) <= HOLDERS_MAX:
            return found
        both = names.shared(word, _following(tokens, start))
        return dict.fromkeys((*names.named((word,)), *both))

    def _one_of_many(self, word: str, start: int, alike: int = RIGHT_PERCENT) -> list[_Reading]:
        """Return the reading of a common word alone: one of many, nobody for certain."""
        if word in trade_words():
            return []
        some = dict.fromkeys(self._names.holders(word)[:HOLDERS_MAX])
        quality = 40 if alike == RIGHT_PERCENT else 20 + alike - RIGHT_PERCENT
        return [_Reading(start, start + 1, some, quality)]

    def _run_together(self, word: str, joined: str, start: int) -> list[_Reading]:
        found = []
        texts = ((word, 1), (joined, 2)) if joined != word else ((word, 1),)  # the last word
        for text, length in texts:
            client = self._names.run_together(text)
            if client and not (length > 1 and word in self._names.words(client)):
                shared = length == 1 and word in self._names  # Ndiaye & Filles, N'Diaye
                quality = 40 if shared else 90
                found.append(_Reading(start, start + length, {client: None}, quality))
        return found

    def _near(self, word: str, known: Container[str]) -> list[tuple[str, int]]:
        if len(word) < NEAR_LETTERS_MIN or word in known or word in self._names:
            return []
        rivals = self._names.beginning(word[0])
        found = extract(word, rivals, scorer=ratio, score_cutoff=NEAR_PERCENT, limit=3)
        return [(entry, int(score)) for entry, score, _ in found]


def _may_be_initials(token: Token, word: str) -> bool:
    """Tell whether a word in capitals is long enough to stand for a name: CMSV."""
    return token.text.isupper() and len(word) in INITIALS and word not in trade_words()


def _following(tokens: Sequence[Token], start: int) -> str:
    """Return the next word with which a name can go on: no sign, no legal form, no small word."""
    for token in tokens[start + 1 : start + 1 + FOLLOWING_TOKENS_MAX]:
        key = bare(token.key)
        if token.kind is not Kind.SIGN and key not in SMALL and key not in words_of("form"):
            return key
    return ""


def _reading(client: str, words: Words, start: int, found: Found, alike: int) -> _Reading:
    whole = len(found.words) == len(words)
    most = len(core(found.words)) == len(core(words))
    article = not whole and len(found.words) > 1 and found.words[0] in words_of("form")
    quality = (len(found.words) - article) * 40 + 30 * whole + 20 * most + (alike - RIGHT_PERCENT)
    quality -= 20 * found.misspelt
    exact = whole and not found.misspelt
    # "La Espiga" names the bakery La Espiga as well as La Espiga Dorada: the article says nothing.
    return _Reading(start + article, found.end, {client: None}, quality, exact)


def _is_another(tokens: Sequence[Token], found: Found, words: Words) -> bool:
    """Tell whether a misspelt word is of another name: 'Bouregrag Export', not Bouregreg Import."""
    after = tokens[found.end] if found.end < len(tokens) else None
    if after is None or not after.text[:1].isupper() or len(found.words) == len(words):
        return False
    return bare(after.key) in trade_words() and bare(after.key) not in words


def _best(readings: list[_Reading]) -> list[_Reading]:
    """Return readings that do not overlap: the best first; equal ones leave several clients."""
    chosen: list[_Reading] = []
    for reading in sorted(readings, key=lambda one: (-one.quality, one.start, -one.end)):
        rivals = [one for one in chosen if one.start < reading.end and reading.start < one.end]
        if not rivals:
            chosen.append(reading)
        elif len(rivals) == 1 and _equal(rivals[0], reading):
            rivals[0].clients |= reading.clients
    return sorted(chosen, key=lambda one: one.start)


def _equal(one: _Reading, other: _Reading) -> bool:
    same_place = one.start == other.start and one.end == other.end
    return same_place and not one.exact and one.quality - other.quality <= QUALITY_STEP
