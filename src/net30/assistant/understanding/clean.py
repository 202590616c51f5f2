"""Clean: one message as plain text that every later step can trust."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

CHARACTERS_MAX = 4_000
"""Longest message understood; a longer one is answered with a question."""

_WRITTEN = {
    **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u2002\u2003\u3000\t", " "),
    **dict.fromkeys("‘’ʼ′`´", "'"),
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("–—−‐‑‒", "-"),
    **dict.fromkeys("٫", "."),
    **dict.fromkeys("٬", ","),
    **dict.fromkeys("،", ","),
    **dict.fromkeys("؛", ";"),
    "؟": "?",
    "٪": "%",
    "½": " 1/2",
    "¼": " 1/4",
    "¾": " 3/4",
    "\r": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
}
_SET = re.compile(r"(?:(?<=^)|(?<=[\s;,(]))([A-Za-z_]{2,20})=(?=[^\s=])")
"""What programs write: limit=5 is read as limit 5."""
_WITH = re.compile(r"\b[wW]/(o\b)?\s*(?=[\w\s])")
"""What is written in haste: w/ 12% off, w/o VAT."""
_TEXTS = frozenset({"desc", "description", "line", "lines", "note", "notes", "text", "reason"})
_ARABIC_MARKS = {*range(0x064B, 0x0653), 0x0640, 0x0670}
"""Vowel signs and the stretching line: written or not, the word is the same."""


def clean(text: str) -> str:
    r"""Return the text with one kind of space, quote, dash and digit, and nothing invisible.

    >>> clean("90\u202f000 FCFA\u200b")
    '90 000 FCFA'
    """
    written = "".join(_letter(letter) for letter in unicodedata.normalize("NFC", text))
    written = _WITH.sub(lambda found: "without " if found[1] else "with ", written)
    return written if "<" in written else _SET.sub(_setting, written)


def _setting(found: re.Match[str]) -> str:
    """Return what a program sets as people would write it; a text follows a colon."""
    return f"{found[1]}{': ' if found[1].casefold() in _TEXTS else ' '}"


_ENDINGS = str.maketrans(
    {**dict(zip("ةىیک", "هييك", strict=True)), "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"}
)
"""Arabic letters that people write for one another at the end of a word; letters of two in one."""


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Return a word without case and accents.

    >>> fold("Échéance")
    'echeance'
    """
    if word.isascii():
        return word.lower()
    bare = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return letters.translate(_ENDINGS)


@lru_cache(maxsize=4096)
def _letter(letter: str) -> str:
    if letter in _WRITTEN:
        return _WRITTEN[letter]
    if ord(letter) in _ARABIC_MARKS:
        return ""
    category = unicodedata.category(letter)
    if category in {"Cc", "Cf", "Cs", "Co", "Cn"}:  # controls, direction overrides, halves
        return letter if letter == "\n" else ""
    return str(unicodedata.decimal(letter)) if category == "Nd" else letter
