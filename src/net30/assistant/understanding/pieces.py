"""Pieces: one written word that says several, taken apart: mándale, dreihundertfünfzig, وأرسلها."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from net30.assistant.understanding.lexicon import Lexicon, lexicon
from net30.assistant.understanding.tokens import Kind, Token

_ENCLITICS = ("me", "te", "se", "nos", "le", "les", "lo", "la", "los", "las")
"""What Spanish writes after a verb, in one word."""
_PREFIXES = ("و", "ف", "ب", "ل", "ك")
"""And, so, with, for, as: what Arabic writes before a word, in one word."""
_AND = "و"
_ARTICLE = "ال"
_FOR_THE = "لل"
_SUFFIXES = ("ها", "هم", "ه", "لي", "لنا", "لهم", "لها", "له")
_REPEATED = frozenset({"create", "show", "send", "remind", "export"})
_ELIDING = "dlnj"
STEM_LETTERS_MIN = 2
ELIDED_LETTERS_MIN = 5
"""A shorter rest makes other words: l'an, a lan."""
UNKNOWN_STEM_LETTERS_MIN = 3
PIECES_MAX = 8

IsName = Callable[[str], bool]


def take_apart(tokens: Sequence[Token], is_name: IsName) -> tuple[Token, ...]:
    """Return the tokens with such words as several; words of clients' names stay whole."""
    taken: list[Token] = []
    for token in tokens:
        pieces = _pieces(token, taken[-1] if taken else None, is_name)
        taken += _split(token, pieces) if pieces else [token]
    return tuple(taken)


def _pieces(token: Token, before: Token | None, is_name: IsName) -> tuple[str, ...]:
    if token.kind is not Kind.WORD or is_name(token.key):
        return ()
    words = lexicon()
    if token.key in words.stands_for:
        return words.stands_for[token.key]
    if token.key in words.vocabulary:
        return ()
    if not token.key.isascii() and "\u0600" <= token.key[0] <= "\u06ff":
        return _arabic(token.key, before, is_name, words)
    return _known(token.key)


@lru_cache(maxsize=20_000)
def _known(word: str) -> tuple[str, ...]:
    """Return a Spanish verb and its pronouns, or the parts of a German number."""
    words = lexicon()
    return (
        _verb(word, words)
        or _again(word, words)
        or _number(word, words.number_words)
        or _elided(word, words)
    )


def _elided(word: str, words: Lexicon) -> tuple[str, ...]:
    """Return doctobre as d', octobre: French elisions typed without their apostrophe."""
    lead, rest = word[:1], word[1:]
    spoken = words.vocabulary.get(rest, frozenset())
    if len(rest) < ELIDED_LETTERS_MIN or "fr" not in spoken or rest[0] not in "aeiouyh":
        return ()
    return (f"{lead}'", rest) if lead in _ELIDING else ()


def _again(word: str, words: Lexicon) -> tuple[str, ...]:
    """Return refais as fais, réédite as édite: to do again is to do."""
    rest = word.removeprefix("re") if word.startswith("re") else ""
    node = words.root.steps.get(rest) if rest in words.verbs.get("fr", ()) else None
    asks = {meaning.value for meaning in node.meanings if meaning.category == "cue"} if node else ()
    return (rest,) if _REPEATED.intersection(asks) else ()


def _verb(word: str, words: Lexicon) -> tuple[str, ...]:
    """Return enséñamelo as enseña, me, lo."""
    found: tuple[str, ...] = ()
    for _ in range(2):
        tail = next((one for one in _ENCLITICS if word.endswith(one)), "")
        if not tail:
            return ()
        word, found = word.removesuffix(tail), (tail, *found)
        if len(word) > STEM_LETTERS_MIN and word in words.verbs.get("es", ()):
            return (word, *found)
    return ()


def _number(word: str, known: frozenset[str]) -> tuple[str, ...]:
    """Return zweitausendfünfhundert as zwei, tausend, fünfhundert."""
    if not word:
        return ()
    for length in range(len(word), 1, -1):
        if word[:length] not in known:
            continue
        rest = word[length:].removeprefix("und") if length < len(word) else ""
        tail = _number(rest, known)
        if tail or not rest:
            return (word[:length], *tail)[:PIECES_MAX]
    return ()


def _arabic(word: str, before: Token | None, is_name: IsName, words: Lexicon) -> tuple[str, ...]:
    """Return the joined particles, the word and its pronoun: وأرسلها is و, أرسل, ها."""

    def is_word(one: str) -> bool:
        return len(one) >= STEM_LETTERS_MIN and (one in words.vocabulary or is_name(one))

    if word.startswith(_FOR_THE) and is_word(_ARTICLE + word[2:]):
        return _PREFIXES[3], _ARTICLE + word[2:]
    for stem, tail in _stems(word, words):
        if is_word(stem):
            return (stem, *tail)
    if word[0] in _PREFIXES:
        rest = word[1:]
        if is_word(rest) or rest in words.stands_for:
            return word[0], *(words.stands_for.get(rest) or (rest,))
        tail = _arabic(rest, None, is_name, words) if len(rest) > STEM_LETTERS_MIN else ()
        if tail:
            return word[0], *tail
        if word[0] == _AND and len(rest) >= UNKNOWN_STEM_LETTERS_MIN and _ends_a_thing(before):
            return word[0], rest
    return ()


def _stems(word: str, words: Lexicon) -> list[tuple[str, tuple[str, ...]]]:
    """Return a word without its article, and a verb without its pronoun."""
    found: list[tuple[str, tuple[str, ...]]] = []
    if word.startswith(_ARTICLE):
        found.append((word[2:], ()))
    verbs = words.verbs.get("ar", frozenset())
    found += [
        (word.removesuffix(tail), (tail,))
        for tail in _SUFFIXES
        if word.endswith(tail) and word.removesuffix(tail) in verbs
    ]
    return found


def _ends_a_thing(before: Token | None) -> bool:
    """Tell whether a word may begin the next thing of a list: after a comma or an amount."""
    if before is None:
        return False
    if before.kind in {Kind.SIGN, Kind.NUMBER}:
        return before.key != ":"
    return any(
        meaning.category == "currency"
        for node in (lexicon().root.steps.get(before.key),)
        if node
        for meaning in node.meanings
    )


def _split(token: Token, pieces: tuple[str, ...]) -> list[Token]:
    """Return tokens for the pieces, each at its letters where they are those of the word."""
    exact = len(token.text) == len(token.key) == sum(map(len, pieces))
    found: list[Token] = []
    start = token.start
    for at, piece in enumerate(pieces):
        end = start + len(piece) if exact else token.end
        text = token.text[start - token.start : end - token.start]
        glued = token.glued if at == 0 else True
        found.append(replace(token, text=text, key=piece, start=start, end=end, glued=glued))
        start = end
    return found
