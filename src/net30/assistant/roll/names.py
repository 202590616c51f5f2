"""Names: the words of every client's name, so that a sentence's words lead to clients at once."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from net30.assistant.understanding.clean import clean, fold
from net30.assistant.understanding.tokens import Kind, tokenise

NAME_WORDS_MAX = 8
NAMES_KEPT_MAX = 20_000
NEAR_LETTERS_MIN = 4

_PLAIN = re.compile(r"[a-z]+(?: [a-z]+)*")

Words = tuple[str, ...]
Ids = tuple[str, ...]


class NameIndex:
    """Clients' ids by the words of their names, as of one state of the books.

    It never changes: `with_changes` returns another one, which shares what stayed the same.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """Take (id, name) pairs; names may be folded already."""
        self._words: dict[str, Words] = {}
        held: defaultdict[str, list[str]] = defaultdict(list)
        for client, name in names:
            words = self._words[client] = name_words(name)
            for word in dict.fromkeys(words):
                held[word].append(client)
        self._held = {word: tuple(clients) for word, clients in held.items()}
        self._called = _called(self._words)
        self._by_initial = _by_initial(self._held)

    def with_changes(self, names: Mapping[str, str]) -> NameIndex:
        """Return the index with these clients added or renamed."""
        changed = NameIndex(())
        changed._words, changed._held = dict(self._words), dict(self._held)
        for client, name in names.items():
            changed._forget(client)
            words = changed._words[client] = name_words(name)
            for word in dict.fromkeys(words):
                changed._held[word] = (*changed._held.get(word, ()), client)
        changed._called = _called(changed._words)
        changed._by_initial = _by_initial(changed._held)
        return changed

    def _forget(self, client: str) -> None:
        for word in dict.fromkeys(self._words.get(client, ())):
            self._held[word] = tuple(one for one in self._held[word] if one != client)
            if not self._held[word]:
                del self._held[word]

    def __contains__(self, word: str) -> bool:
        """Tell whether a folded word stands in some client's name."""
        return word in self._held

    def words(self, client: str) -> Words:
        """Return the words of a client's name."""
        return self._words[client]

    def holders(self, word: str) -> Ids:
        """Return the clients whose name has a word."""
        return self._held.get(word, ())

    def shared(self, word: str, other: str) -> Ids:
        """Return the clients whose name has both words; quick however common one of them is."""
        few, many = sorted((word, other), key=lambda one: len(self.holders(one)))
        return tuple(client for client in self.holders(few) if many in self._words[client])

    def named(self, words: Words) -> Ids:
        """Return the clients whose whole name these words are."""
        return self._called.get(words, ())

    def run_together(self, text: str) -> str:
        """Return the only client whose name, whole or its first words, is written so: acmecorp."""
        found = {
            client
            for first, second in self._beginnings(text)
            for client in self.shared(first, second)
            if _begins(self._words[client], text) or _begins(core(self._words[client]), text)
        }
        return found.pop() if len(found) == 1 else ""

    def _beginnings(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the two words of names that a text may begin with."""
        for middle in range(1, len(text)):
            if text[:middle] not in self._held:
                continue
            for end in range(middle + 1, len(text) + 1):
                if text[middle:end] in self._held:
                    yield text[:middle], text[middle:end]

    def beginning(self, letter: str) -> Sequence[str]:
        """Return the words long enough to be misspelt that begin with a letter."""
        return self._by_initial.get(letter, ())


@lru_cache(maxsize=NAMES_KEPT_MAX)
def name_words(name: str) -> Words:
    """Return a name's words without case, accents and signs.

    >>> name_words("Kouassi & Fils SARL")
    ('kouassi', 'fils', 'sarl')
    """
    plain = fold(name)
    if _PLAIN.fullmatch(plain):  # the same words, many times as fast
        return tuple(plain.split(" ")[:NAME_WORDS_MAX])
    tokens = tokenise(clean(name))
    words = tuple(bare(token.key) for token in tokens if token.kind is not Kind.SIGN)
    return words[:NAME_WORDS_MAX] or (plain,)


@cache
def words_of(table: str) -> frozenset[str]:
    """Return the words of a table of words/trade.toml."""
    path = files("net30.assistant") / "words" / "trade.toml"
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))[table][table])


@cache
def trade_words() -> frozenset[str]:
    """Return the words that never point to a client on their own."""
    return words_of("trade") | words_of("form")


def core(words: Words) -> Words:
    """Return a name's words without its legal form and small words."""
    forms = words_of("form")
    return tuple(word for word in words if word not in forms) or words


def bare(key: str) -> str:
    """Return a token's key as names are compared: without the signs inside words."""
    return key.replace("'", "").replace("-", "").replace("_", "")


def _begins(words: Words, text: str) -> bool:
    """Tell whether a text is two or more of the first words, written without spaces."""
    joined = words[0]
    for word in words[1:]:
        if len(joined) >= len(text):
            break
        joined += word
        if joined == text:
            return True
    return False


def _called(words: Mapping[str, Words]) -> dict[Words, Ids]:
    found: dict[Words, Ids] = {}
    for client, name in words.items():
        found[name] = (*found.get(name, ()), client)
    return found


def _by_initial(held: Mapping[str, Ids]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in held:
        if len(word) >= NEAR_LETTERS_MIN:
            found[word[0]].append(word)
    return dict(found)
