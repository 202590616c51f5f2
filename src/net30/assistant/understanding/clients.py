"""Clients: which client of the books a sentence names; typos and short forms, never a guess."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

from net30.assistant.understanding.clean import clean, fold
from net30.assistant.understanding.tokens import Kind, Token, tokenise

NAME_WORDS_MAX = 8
NEAR_PERCENT = 78
"""How alike a misspelt word and a name's word must be, on rapidfuzz's scale of 0-100."""
ALONE_PERCENT = 85
"""The same where a single word is all there is."""
NEAR_LETTERS_MIN = 4
LONG_LETTERS_MIN = 7
"""Words this long may have two letters wrong."""
QUALITY_STEP = 30
"""Readings of the same tokens within this are equally good."""
ABBREVIATION_LETTERS_MIN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClient:
    """A client as far as sentences refer to it; `id` is the customer's in the books."""

    id: str
    name: str
    currency: str = ""
    terms_days: int = 30
    email: str = ""
    country: str = ""
    city: str = ""
    industry: str = ""


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


class ClientIndex:
    """Every client by the words of its name; built once for a state of the books."""

    def __init__(self, clients: Iterable[KnownClient]) -> None:
        self.clients = tuple(clients)
        self._words = [name_words(client.name) for client in self.clients]
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        self._by_email: dict[str, KnownClient] = {}
        for at, client in enumerate(self.clients):
            for word in dict.fromkeys(self._words[at]):
                self._by_word[word].append(at)
            if client.email:
                self._by_email[fold(client.email)] = client
        self._by_initial: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._by_word:
            if len(word) >= NEAR_LETTERS_MIN:
                self._by_initial[word[0]].append(word)
        self._joined = _joined(self._words)

    def is_name(self, word: str) -> bool:
        """Tell whether a folded word stands in some client's name."""
        return word in self._by_word

    def by_email(self, address: str) -> KnownClient | None:
        """Return the client with an address, or the only one of its domain."""
        found = self._by_email.get(fold(address))
        if found:
            return found
        domain = "@" + fold(address).rpartition("@")[2]
        same = [client for mail, client in self._by_email.items() if mail.endswith(domain)]
        return same[0] if len(same) == 1 else None

    def named(self, name: str) -> KnownClient | None:
        """Return the client with exactly this name, without case, accents and punctuation."""
        words = name_words(name)
        for at in self._by_word.get(words[0], ()) if words else ():
            if self._words[at] == words:
                return self.clients[at]
        return None

    def find(self, tokens: Sequence[Token], known: Container[str]) -> tuple[Named, ...]:
        """Return the clients that tokens name, the best reading at each place, left to right.

        `known` are ordinary words of the languages: they are never taken for misspelt names.
        """
        readings: list[Named] = []
        for start, token in enumerate(tokens):
            if token.kind is Kind.WORD:
                readings += self._from(tokens, start, known)
        return _best(readings)

    def _from(self, tokens: Sequence[Token], start: int, known: Container[str]) -> list[Named]:
        word = _bare(tokens[start].key)
        readings = []
        for at in self._by_word.get(word, ()):
            found = _align(tokens, start, self._words[at])
            if found and not _is_ordinary(found, self._words[at], known):
                readings.append(self._reading(at, start, found))
        joined = word + (_bare(tokens[start + 1].key) if start + 1 < len(tokens) else "")
        for near, alike in self._near(word, known):
            for at in self._by_word[near]:
                found = _align(tokens, start, self._words[at], near)
                if found and _is_worth(found, alike):
                    readings.append(self._reading(at, start, found, alike))
        readings += self._run_together(word, joined, start)
        return readings

    def _run_together(self, word: str, joined: str, start: int) -> list[Named]:
        found = []
        for text, length in ((word, 1), (joined, 2)):
            at = self._joined.get(text)
            if at is not None:
                found.append(Named(start, start + length, (self.clients[at],), 90))
        return found

    def _near(self, word: str, known: Container[str]) -> list[tuple[str, int]]:
        if len(word) < NEAR_LETTERS_MIN or word in known or word in self._by_word:
            return []
        rivals = self._by_initial.get(word[0], ())
        found = extract(word, rivals, scorer=ratio, score_cutoff=NEAR_PERCENT, limit=3)
        return [(entry, int(score)) for entry, score, _ in found]

    def _reading(self, at: int, start: int, found: _Found, alike: int = 100) -> Named:
        words = self._words[at]
        whole = len(found.words) == len(words)
        most = len(core(found.words)) == len(core(words))
        quality = len(found.words) * 40 + 30 * whole + 20 * most + (alike - 100)
        quality -= 20 * found.misspelt
        return Named(
            start,
            found.end,
            (self.clients[at],),
            quality,
            exact=whole and not found.misspelt,
        )


@dataclass(frozen=True, slots=True)
class _Found:
    end: int
    words: tuple[str, ...]
    misspelt: int = 0


@cache
def name_words(name: str) -> tuple[str, ...]:
    """Return a name's words without case, accents and signs.

    >>> name_words("Kouassi & Fils SARL")
    ('kouassi', 'fils', 'sarl')
    """
    tokens = tokenise(clean(name))
    words = tuple(_bare(token.key) for token in tokens if token.kind is not Kind.SIGN)
    return words[:NAME_WORDS_MAX] or (fold(name),)


def _is_ordinary(found: _Found, words: tuple[str, ...], known: Container[str]) -> bool:
    """Tell whether the only word found of a longer name is a word of the language: 'sur'."""
    return len(found.words) == 1 < len(words) and found.words[0] in known


def _is_worth(found: _Found, alike: int) -> bool:
    """Tell whether a misspelt word is enough: a rare word, nearly right, or one of several."""
    rare = any(word not in trade_words() for word in found.words)
    return rare and (alike >= ALONE_PERCENT or len(found.words) > 1)


def _joined(names: Sequence[tuple[str, ...]]) -> dict[str, int]:
    """Return names written without spaces, whole or their first words, where they mean one."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for at, words in enumerate(names):
        for said in (words, core(words)):
            for length in range(2, len(said) + 1):
                found["".join(said[:length])].add(at)
    return {name: min(ats) for name, ats in found.items() if len(ats) == 1}


@cache
def _words_of(table: str) -> frozenset[str]:
    path = files("net30.assistant") / "words" / "trade.toml"
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))[table][table])


def trade_words() -> frozenset[str]:
    """Return the words that never point to a client on their own."""
    return _words_of("trade") | _words_of("form")


def core(words: Sequence[str]) -> tuple[str, ...]:
    """Return a name's words without its legal form and small words."""
    return tuple(word for word in words if word not in _words_of("form")) or tuple(words)


def _bare(key: str) -> str:
    return key.replace("'", "").replace("-", "").replace("_", "")


def _align(
    tokens: Sequence[Token], start: int, words: tuple[str, ...], near: str = ""
) -> _Found | None:
    """Return how far the tokens follow the name's words, skipping 'et', '&' and full stops."""
    first = near or _bare(tokens[start].key)
    at = words.index(first)
    if at > 0 and first in trade_words() and not near:
        return None
    taken, misspelt, place = [first], int(bool(near)), start + 1
    at += 1
    end = place
    while place < len(tokens) and at < len(words):
        key = _bare(tokens[place].key)
        if key in {".", "&", ",", "et", "and", "-", "/", ""} and key != words[at]:
            if key == "," and place + 1 < len(tokens) and _bare(tokens[place + 1].key) != words[at]:
                break
            place += 1
            continue
        skipped = _next_word(words, at, key)
        if skipped is None:
            if not _misspelt(key, words[at]):
                break
            misspelt += 1
        else:
            at = skipped
        taken.append(words[at])
        at, place = at + 1, place + 1
        end = place
    if len(taken) == 1 < len(words) and first in trade_words():
        return None
    return _Found(end, tuple(taken), misspelt)


def _next_word(words: tuple[str, ...], at: int, key: str) -> int | None:
    """Return where the name goes on with this word; small words and forms may be left out."""
    while at < len(words):
        if words[at] == key:
            return at
        if words[at] not in _words_of("form"):
            return None
        at += 1
    return None


def _misspelt(key: str, word: str) -> bool:
    if min(len(key), len(word)) < ABBREVIATION_LETTERS_MIN or key[0] != word[0]:
        return False
    if word.startswith(key):
        return True
    if min(len(key), len(word)) < NEAR_LETTERS_MIN:
        return False
    return OSA.distance(key, word) <= (1 if len(word) < LONG_LETTERS_MIN else 2)


def _best(readings: list[Named]) -> tuple[Named, ...]:
    """Return readings that do not overlap: the best first; equal ones leave several clients."""
    chosen: list[Named] = []
    for reading in sorted(readings, key=lambda one: (-one.quality, one.start, -one.end)):
        rivals = [one for one in chosen if one.start < reading.end and reading.start < one.end]
        if not rivals:
            chosen.append(reading)
        elif len(rivals) == 1 and _equal(rivals[0], reading):
            chosen[chosen.index(rivals[0])] = _joint(rivals[0], reading)
    return tuple(sorted(chosen, key=lambda one: one.start))


def _equal(one: Named, other: Named) -> bool:
    same_place = one.start == other.start and one.end == other.end
    return same_place and not one.exact and one.quality - other.quality <= QUALITY_STEP


def _joint(one: Named, other: Named) -> Named:
    known = {client.id for client in one.clients}
    more = tuple(client for client in other.clients if client.id not in known)
    return Named(one.start, one.end, one.clients + more, one.quality, one.exact)
