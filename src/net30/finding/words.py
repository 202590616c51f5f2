"""Words: how texts are cut for finding, the same for documents and for questions.

Folding makes both databases find the same: without case and accents, letters and digits only.
Chinese and Japanese have no spaces, so each of their letters is a word and a run is a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from net30.domain.customer import fold
from net30.kernel.errors import LimitExceeded

WORD_CHARACTERS_MAX = 60
WORDS_MAX = 20_000
"""Words of one document that are searched."""

QUERY_CHARACTERS_MAX = 1000
QUERY_WORDS_MAX = 60

DIGITS_WIDTH = 20
"""Runs of digits are filled up to this, so that 9 sorts before 10."""

PREFIX_DIGITS = 4
"""Digits are the whole number meant until there are so many of them: 42 is not 4200."""

TAIL_MARK = "№"
"""Begins the word for a number's end (42 of INV-2026-000042); folding removes it elsewhere."""

_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff])")
_ASCII_WORDS = re.compile("[a-z0-9]+")
_DIGITS = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a question: its words stand in a row, the last one perhaps only begun.

    `tail` is the end of a number that would answer it as well, beside the words of `near_tail`.
    """

    words: tuple[str, ...]
    prefix: bool
    tail: str = ""
    near_tail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a text asks for: its terms, all of which a document must have, and the text folded."""

    terms: tuple[Term, ...]
    folded: str
    number_key: str
    tail: str


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    if text.isascii():  # the same words, several times as fast
        words = _ASCII_WORDS.findall(text.lower())
    else:
        words = _UNSPACED.sub(r" \1 ", fold(text).casefold()).split()
    return [word[:WORD_CHARACTERS_MAX] for word in words[:WORDS_MAX]]


def number_words(number: str) -> list[str]:
    """Return the words that a document's number is found by: parts, the whole, its end."""
    parts = words_of(number)
    whole = "".join(parts)[:WORD_CHARACTERS_MAX]
    return [*parts, *([whole] if len(parts) > 1 else []), *(TAIL_MARK + end for end in _end(parts))]


def number_key(number: str) -> str:
    """Return a number in a form that sorts and compares as people count.

    >>> number_key("INV-2026-42") == number_key("inv 2026 000042")
    True
    """
    return " ".join(_DIGITS.sub(_filled, word) for word in words_of(number))


def number_tail(number: str) -> str:
    """Return the last digits of a number without leading zeros; empty when it ends otherwise."""
    return next(_end(words_of(number)), "")


def ask(text: str) -> Asked:
    """Return what a text asks for; raise LimitExceeded for one that no person types."""
    terms = tuple(_terms(text)) if len(text) <= QUERY_CHARACTERS_MAX else ()
    if len(text) > QUERY_CHARACTERS_MAX or sum(len(term.words) for term in terms) > QUERY_WORDS_MAX:
        raise LimitExceeded(
            f"the search text has {len(text):,} characters",
            hint=f"search for at most {QUERY_CHARACTERS_MAX:,} characters and "
            f"{QUERY_WORDS_MAX} words",
            code="search_text",
        )
    words = words_of(text)
    lone_number = len(words) == 1 and _is_digits(words[0])
    return Asked(
        terms=terms,
        folded=" ".join(words),
        number_key=number_key(text),
        tail=next(_end(words), "") if lone_number else "",
    )


def is_storable(text: str) -> bool:
    """Tell whether both databases can hold a text: no NUL, no half characters."""
    return text == storable(text)


def storable(text: str) -> str:
    """Return a text that both databases can hold."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _terms(text: str) -> Iterator[Term]:
    """Yield a term for each piece between spaces, without repeats; a hyphenated one is a phrase."""
    for piece in dict.fromkeys(text.split()):
        words = tuple(words_of(piece))
        if not words:
            continue
        last = words[-1]
        yield Term(
            words=words,
            prefix=not _is_digits(last) or len(last) >= PREFIX_DIGITS,
            tail=next(_end(list(words)), ""),
            near_tail=words[:-1],
        )


def _end(words: list[str]) -> Iterator[str]:
    if words and _is_digits(words[-1]):
        yield words[-1].lstrip("0") or "0"


def _is_digits(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _filled(digits: re.Match[str]) -> str:
    return digits[0].zfill(DIGITS_WIDTH)
