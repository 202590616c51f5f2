"""Names: the words of every client's name, so that a sentence's words lead to clients at once."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import TypeVar

from net30.assistant.understanding.clean import clean, fold
from net30.assistant.understanding.tokens import Kind, tokenise

NAME_WORDS_MAX = 8
NAMES_KEPT_MAX = 20_000
NEAR_LETTERS_MIN = 4

_PLAIN = re.compile(r"[a-z]+(?: [a-z]+)*")

Key = TypeVar("Key", bound=Hashable)
Words = tuple[str, ...]
Ids = tuple[str, ...]


class NameIndex:
    """Clients' ids by the words of their names, as of one state of the books.

    It never changes: `with_changes` returns another one, which shares what stayed the same.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """Take (id, name) pairs; names may be folded already."""
        self._words = {client: name_words(name) for client, name in names}
        self._held = _indexed(self._words, dict.fromkeys)
        self._begun = _indexed(self._words, _firsts)
        self._called = _indexed(self._words, lambda words: (words,))
        self._by_initial = _by_initial(self._held)

    def with_changes(self, names: Mapping[str, str]) -> NameIndex:
        """Return the index with these clients added or renamed."""
        changed = NameIndex(())
        changed._words = dict(self._words)
        changed._held, changed._begun = dict(self._held), dict(self._begun)
        changed._called = dict(self._called)
        for client, name in names.items():
            changed._forget(client)
            words = changed._words[client] = name_words(name)
            _add(changed._held, dict.fromkeys(words), client)
            _add(changed._begun, _firsts(words), client)
            _add(changed._called, (words,), client)
        changed._by_initial = _by_initial(changed._held)
        return changed

    def _forget(self, client: str) -> None:
        words = self._words.pop(client, None)
        if words:
            _remove(self._held, dict.fromkeys(words), client)
            _remove(self._begun, _firsts(words), client)
            _remove(self._called, (words,), client)

    def __contains__(self, word: str) -> bool:
        """Tell whether a folded word stands in some client's name."""
        return word in self._held

    def words(self, client: str) -> Words:
        """Return the words of a client's name."""
        return self._words[client]

    def holders(self, word: str) -> Ids:
        """Return the clients whose name has a word."""
        return self._held.get(word, ())

    def shared(self, word: str, other: str) -> Iterator[str]:
        """Yield the clients whose name has both words; quick however common one of them is."""
        few, many = sorted((word, other), key=lambda one: len(self.holders(one)))
        return (client for client in self.holders(few) if many in self._words[client])

    def named(self, words: Words) -> Ids:
        """Return the clients whose whole name these words are."""
        return self._called.get(words, ())

    def begun(self, word: str) -> Ids:
        """Return the clients whose name begins with a word, with or without its legal form."""
        return self._begun.get(word, ())

    def initials(self, text: str) -> Ids:
        """Return the clients whose name has these initials, its legal form apart: cmsv."""
        return self._by_initials.get(text, ())

    @cached_property
    def _by_initials(self) -> Mapping[str, Ids]:
        """The clients by their initials, collected when such a word is first met."""
        return _indexed(self._words, lambda words: ("".join(word[0] for word in core(words)),))

    def run_together(self, text: str) -> str:
        """Return the only client whose name, whole or its first words, is written so: acmecorp."""
        found = ""
        for middle in range(1, len(text)):
            if text[:middle] not in self._begun or not self._goes_on(text, middle):
                continue
            for client in self._begun[text[:middle]]:
                words = self._words[client]
                if _begins(words, text) or _begins(core(words), text):
                    if found not in {"", client}:
                        return ""
                    found = client
        return found

    def _goes_on(self, text: str, middle: int) -> bool:
        """Tell whether a word of some name follows the first one."""
        return any(text[middle:end] in self._held for end in range(middle + 1, len(text) + 1))

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


def _firsts(words: Words) -> Iterable[str]:
    """Return the words that a name may begin with: its first, and the first of its core."""
    return dict.fromkeys((words[0], core(words)[0]))


def _indexed(
    names: Mapping[str, Words], keys_of: Callable[[Words], Iterable[Key]]
) -> dict[Key, Ids]:
    found: defaultdict[Key, list[str]] = defaultdict(list)
    for client, words in names.items():
        for key in keys_of(words):
            found[key].append(client)
    return {key: tuple(clients) for key, clients in found.items()}


def _add(index: dict[Key, Ids], keys: Iterable[Key], client: str) -> None:
    for key in keys:
        index[key] = (*index.get(key, ()), client)


def _remove(index: dict[Key, Ids], keys: Iterable[Key], client: str) -> None:
    for key in keys:
        index[key] = tuple(one for one in index[key] if one != client)
        if not index[key]:
            del index[key]


def _by_initial(held: Mapping[str, Ids]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in held:
        if len(word) >= NEAR_LETTERS_MIN:
            found[word[0]].append(word)
    return dict(found)
