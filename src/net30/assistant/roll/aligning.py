"""Aligning: how far the words of a sentence follow a client's name."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from net30.assistant.roll.names import NEAR_LETTERS_MIN, Words, bare, trade_words, words_of
from net30.assistant.understanding.tokens import Token

ALONE_PERCENT = 85
"""How alike a misspelt word must be where it is all there is, on rapidfuzz's scale of 0-100."""
LONG_LETTERS_MIN = 7
"""Words this long may have two letters wrong."""
ABBREVIATION_LETTERS_MIN = 3
SMALL = frozenset({".", "&", ",", "et", "and", "-", "/", ""})
"""What may stand between the words of a name, or be left out there."""


@dataclass(frozen=True, slots=True)
class Found:
    """The words of a name that stand in a sentence up to token `end`, and how many are misspelt."""

    end: int
    words: Words
    misspelt: int = 0


def is_ordinary(found: Found, words: Words, known: Container[str]) -> bool:
    """Tell whether the only word found of a longer name is a word of the language: 'sur'."""
    return len(found.words) == 1 < len(words) and found.words[0] in known


def is_worth(found: Found, alike: int) -> bool:
    """Tell whether a misspelt word is enough: a rare word, nearly right, or one of several."""
    rare = any(word not in trade_words() for word in found.words)
    return rare and (alike >= ALONE_PERCENT or len(found.words) > 1)


def align(tokens: Sequence[Token], start: int, words: Words, near: str = "") -> Found | None:
    """Return how far the tokens follow the name's words, skipping 'et', '&' and full stops."""
    first = near or bare(tokens[start].key)
    at = words.index(first)
    if at > 0 and first in trade_words() and not near:
        return None
    taken, misspelt, place = [first], int(bool(near)), start + 1
    at += 1
    end = place
    while place < len(tokens) and at < len(words):
        key = bare(tokens[place].key)
        if key in SMALL and key != words[at]:
            if key == "," and place + 1 < len(tokens) and bare(tokens[place + 1].key) != words[at]:
                break
            place += 1
            continue
        skipped = _next_word(words, at, key)
        if skipped is None and key == words[-1] and _is_form(tokens[place]):
            skipped = len(words) - 1  # Elbwind AG for Elbwind Planung AG
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
    return Found(end, tuple(taken), misspelt)


def _next_word(words: Words, at: int, key: str) -> int | None:
    """Return where the name goes on with this word; small words and forms may be left out."""
    while at < len(words):
        if words[at] == key:
            return at
        if words[at] not in words_of("form"):
            return None
        at += 1
    return None


def _is_form(token: Token) -> bool:
    """Tell whether a token is a legal form, and no small word of a language: SA, but not sa."""
    return bare(token.key) in words_of("form") and token.text[:1].isupper()


def _misspelt(key: str, word: str) -> bool:
    if min(len(key), len(word)) < ABBREVIATION_LETTERS_MIN or key[0] != word[0]:
        return False
    if word.startswith(key):
        return True
    if min(len(key), len(word)) < NEAR_LETTERS_MIN:
        return False
    return OSA.distance(key, word) <= (1 if len(word) < LONG_LETTERS_MIN else 2)
