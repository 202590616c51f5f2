"""Lexicon: the words of all languages, as the files in words/ list them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from net30.assistant.understanding.clean import clean, fold
from net30.assistant.understanding.currencies import signs
from net30.assistant.understanding.tokens import tokenise
from net30.assistant.understanding.word_files import forms_of, phrases_of

ANY = ""
"""The language of what is written the same everywhere, such as the signs of currencies."""
GAP = " ... "
"""In a phrase: a few words may stand here."""
TYPO_LETTERS_MIN = 6
"""Shorter words are too near to one another to be mended."""

COMPOUNDING = frozenset({"de"})
"""Languages that write numbers in one word: dreihundertfünfzig."""

SWAP_LETTERS_MIN = 8
"""In shorter words one letter for another is no slip."""

_MENDED = frozenset(
    {"cue", "status", "unit", "act", "currency", "what", "month", "weekday", "method", "discount"}
)
"""Sorts of phrases whose misspelt words are mended."""

_PLAIN = re.compile(r"[a-z]+(?: [a-z]+)*")
_LETTERS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
"""Phrases that need no tokeniser: cutting them at spaces gives the same words."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One sense of a phrase: its sort, its value, and the language it belongs to.

    `tail` are the words that must still follow, a few words later: give ... a nudge.
    """

    category: str
    value: str
    language: str
    tail: tuple[str, ...] = ()


@dataclass(slots=True)
class Node:
    """A step in the tree of phrases: where each next word leads, and what ends here."""

    steps: dict[str, Node] = field(default_factory=dict)
    meanings: list[Meaning] = field(default_factory=list)


@dataclass(frozen=True)
class Lexicon:
    """All phrases as a tree, the words that give a language away, and the words to drop.

    `vocabulary` tells which languages a word belongs to; `unmended` are ordinary words of things
    sold, right as they are; `verbs` are a language's words of asking;
    `stands_for` are the words that one written word means; `spellings` what a language's short
    forms mean (pr -> pour), as written, accents and all; `ordinary` words name no client alone.
    """

    root: Node
    markers: dict[str, frozenset[str]]
    fillers: dict[str, frozenset[str]]
    vocabulary: dict[str, frozenset[str]]
    mendable: dict[str, frozenset[str]]
    verbs: dict[str, frozenset[str]]
    number_words: frozenset[str]
    unmended: frozenset[str]
    stands_for: dict[str, tuple[str, ...]]
    ordinary: frozenset[str]
    spellings: dict[str, dict[str, str]]

    def ordinary_in(self, languages: tuple[str, ...]) -> frozenset[str]:
        """Return the ordinary words of some languages; a word of another may be a name here."""
        return _ordinary_in(languages)

    def mend(self, word: str, languages: tuple[str, ...] = ()) -> str:
        """Return the known word that an unknown one misspells by one letter, or itself.

        Words of the given languages only, if there are any.
        """
        return _mended(word, languages)


@dataclass(slots=True)
class _Gathered:
    """What the word files say, while they are read."""

    root: Node = field(default_factory=Node)
    markers: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    fillers: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    vocabulary: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    mendable: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    spellings: defaultdict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    verbs: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    numbers: set[str] = field(default_factory=set)
    unmended: set[str] = field(default_factory=set)
    stands_for: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def take(self, meaning: Meaning, phrase: str) -> None:
        """Take in one phrase."""
        if meaning.category == "measure":
            self.unmended.update(_keys(phrase))
            return
        head, _, rest = phrase.partition(GAP)
        keys = _keys(head)
        if rest:
            meaning = replace(meaning, tail=_keys(rest))
        for key in keys:
            self.vocabulary[key].add(meaning.language)
        if meaning.category == "spelling":
            self.spellings[meaning.language][clean(phrase).casefold()] = _keys(meaning.value)[0]
        elif meaning.category == "marker":
            self.markers["".join(keys)].add(meaning.language)
        elif meaning.category == "stands_for":
            self.stands_for["".join(keys)] = _keys(meaning.value)
        elif meaning.category == "filler":
            self.fillers[" ".join(keys)].add(meaning.language)
        else:
            self._plant(meaning, keys)

    def _plant(self, meaning: Meaning, keys: tuple[str, ...]) -> None:
        _plant(self.root, keys, meaning)
        if meaning.category in {"cue", "act"} and len(keys) == 1:
            self.verbs[meaning.language].update(keys)
        if meaning.language in COMPOUNDING and meaning.category in {"number", "multiplier"}:
            self.numbers.update(keys)
        for key in keys if meaning.category in _MENDED else ():
            if len(key) >= TYPO_LETTERS_MIN - 1:
                self.mendable[key].add(meaning.language)


@cache
def lexicon() -> Lexicon:
    """Return the words of every language in words/, read once."""
    read = _Gathered()
    for language, category, value, phrase in _phrases():
        read.take(Meaning(category, value, language), phrase)
    return Lexicon(
        read.root,
        {word: frozenset(found) for word, found in read.markers.items()},
        {word: frozenset(found) for word, found in read.fillers.items()},
        {word: frozenset(found) for word, found in read.vocabulary.items()},
        {word: frozenset(read.mendable[word]) for word in sorted(read.mendable)},
        {language: frozenset(found) for language, found in read.verbs.items()},
        frozenset(read.numbers),
        frozenset(read.unmended),
        read.stands_for,
        frozenset(word for word, found in read.vocabulary.items() if found != {ANY}),
        dict(read.spellings),
    )


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that there are words for."""
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in (files("net30.assistant") / "words").iterdir()
            if re.fullmatch(r"[a-z]{2}\.toml", entry.name)
        )
    )


def _phrases() -> list[tuple[str, str, str, str]]:
    found = [
        (ANY, "currency", code, form)
        for code, phrases in signs().items()
        for phrase in phrases
        for form in forms_of(phrase)
    ]
    for language in languages():
        found += [(language, *phrase) for phrase in phrases_of(language)]
    return found


def _keys(phrase: str) -> tuple[str, ...]:
    """Return a phrase's keys; an elided word (l', d') is read as if another one followed."""
    if _PLAIN.fullmatch(phrase):
        return tuple(phrase.split())
    if phrase.endswith("'"):
        return _keys(phrase + "a")[:-1]
    cleaned = clean(phrase)
    if _LETTERS.fullmatch(cleaned):
        return tuple(fold(word) for word in cleaned.split(" "))
    return tuple(token.key for token in tokenise(cleaned))


def _plant(root: Node, keys: tuple[str, ...], meaning: Meaning) -> None:
    node = root
    for key in keys:
        step = node.steps.get(key)
        if step is None:
            step = node.steps[key] = Node()
        node = step
    if meaning not in node.meanings:
        node.meanings.append(meaning)


@cache
def _mended(word: str, languages: tuple[str, ...]) -> str:
    # Arabic words of one root differ by a letter: الموقع is a place, المتوقع what is expected.
    if len(word) < TYPO_LETTERS_MIN or not word.isalpha() or not word.isascii():
        return word
    near = [
        entry
        for entry, spoken in lexicon().mendable.items()
        if entry[0] == word[0] and (not languages or not spoken.isdisjoint(languages))
    ]
    near = [entry for entry in near if _is_slip(word, entry)]
    found = extractOne(word, near, scorer=OSA.distance, score_cutoff=1)
    return found[0] if found else word


def _is_slip(word: str, known: str) -> bool:
    """Tell whether a word may be another one mistyped, rather than a word of its own.

    A plural is none (50 affiches), nor whoever or whatever does it (un enregistreur), and one
    letter for another in a short word is most often another word (chaise, chaîne).
    """
    if len(word) == len(known):
        long = len(word) >= SWAP_LETTERS_MIN and word[-1] == known[-1]
        return long or sorted(word) == sorted(known)
    plural = word == known + "s" or known == word + "s"
    return not plural and known not in {word.replace("eur", "er"), word.replace("eurs", "er")}


@cache
def _ordinary_in(languages: tuple[str, ...]) -> frozenset[str]:
    known = lexicon()
    spoken = {*languages, ANY}
    return frozenset(
        word for word in known.ordinary if not spoken.isdisjoint(known.vocabulary.get(word, spoken))
    )
