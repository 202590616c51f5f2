"""Glyphs: which characters our fonts can draw, and what stands for the others.

PDF/A refuses a text with a missing glyph, so every string is checked against coverage.json (what
each shipped font can draw, made by tools/fonts.py) before it reaches the typesetter.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
LONG_WORD_CHARACTERS = 30
ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"

# Latin text without combining marks: every one of our text fonts has all of it.
_PLAIN = re.compile(r"[\n\x20-\x7e\xa0-\u017f\u2010-\u2015\u2018-\u201e\u2026\u202f\u20ac]*")
_LONG_WORD = re.compile(rf"[^\s{ZERO_WIDTH_SPACE}]{{{LONG_WORD_CHARACTERS + 1},}}")
_BREAK_AFTER = re.compile(r"(?<=[@./_\-:,;?&=])(?=\w)")
_JOINERS = frozenset("\u200b\u200c\u200d\u200e\u200f\n")
_SKIN_AND_STYLE = re.compile("[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")


def drawable(text: str) -> tuple[str, frozenset[str]]:
    """Return the text with what no font draws replaced, and the characters that were lost.

    A compatible form is tried first (a bold mathematical A becomes A); then � stands for it.
    """
    if _PLAIN.fullmatch(text):
        return text, frozenset()
    missing: set[str] = set()
    parts = [_draw(cluster, missing) for cluster in _clusters(_SKIN_AND_STYLE.sub("", text))]
    return "".join(parts), frozenset(missing)


def breakable(text: str) -> str:
    """Return the text with invisible break points in words too long for a column."""
    if len(text) <= LONG_WORD_CHARACTERS:
        return text
    return _LONG_WORD.sub(lambda found: _split(found[0]), text)


@cache
def coverage() -> dict[str, frozenset[str]]:
    """Return each shipped font family and the characters that all its weights draw."""
    table = (files("net30.documents") / "fonts" / "coverage.json").read_text("utf-8")
    return {family: _expand(ranges) for family, ranges in json.loads(table).items()}


@cache
def _drawn() -> frozenset[str]:
    return frozenset().union(*coverage().values()) | _JOINERS


def _expand(ranges: str) -> frozenset[str]:
    found: set[str] = set()
    for part in ranges.split():
        first, _, last = part.partition("-")
        found.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(found)


def _clusters(text: str) -> list[str]:
    """Split before every character that is no combining mark."""
    found: list[str] = []
    for mark in text:
        if found and _is_mark(mark) and found[-1] not in _JOINERS:
            found[-1] += mark
        else:
            found.append(mark)
    return found


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me", "Mc"}


def _draw(cluster: str, missing: set[str]) -> str:
    first = cluster[0]
    if _is_mark(first):  # a mark with no letter under it
        missing.add(first)
        return ""
    if len(cluster) == 1 and first in _drawn():
        return cluster
    if len(cluster) > 1 and _one_font_draws(cluster):
        return cluster
    if len(cluster) > 1:  # keep the letter, lose the marks that its font lacks
        missing.update(cluster[1:])
        return _draw(first, missing)
    plain = unicodedata.normalize("NFKC", cluster)
    if plain != cluster and all(mark in _drawn() and not _is_mark(mark) for mark in plain):
        return plain
    missing.add(cluster)
    return REPLACEMENT


def _one_font_draws(cluster: str) -> bool:
    """Tell whether a letter and its marks stand in one font: the typesetter never mixes two."""
    return any(drawn.issuperset(cluster) for drawn in coverage().values())


def _split(word: str) -> str:
    """Put break points after punctuation, and into whatever is still too long."""
    pieces = _BREAK_AFTER.sub(ZERO_WIDTH_SPACE, word).split(ZERO_WIDTH_SPACE)
    return ZERO_WIDTH_SPACE.join(short for piece in pieces for short in _cut(piece))


def _cut(piece: str) -> Iterator[str]:
    start = 0
    while start < len(piece):
        end = start + LONG_WORD_CHARACTERS
        while end < len(piece) and _is_mark(piece[end]):
            end += 1  # never between a letter and its mark
        yield piece[start:end]
        start = end
