"""Tokens: the words, numbers and signs of a message, each with its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from net30.assistant.understanding.clean import fold

TOKENS_READ_MAX = 700
"""More than any message may have (understand.TOKENS_MAX): a document is not read to its end."""


class Kind(Enum):
    """Sorts of tokens."""

    WORD = auto()
    NUMBER = auto()
    DAY = auto()
    CODE = auto()
    MAIL = auto()
    QUOTE = auto()
    SIGN = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `key` is what words are compared by, `glued` means no space before."""

    kind: Kind
    text: str
    key: str
    start: int
    end: int
    glued: bool


_PATTERN = re.compile(
    r"""
  (?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})
| (?P<quote>"[^"\n]{2,300}" | «[^»\n]{2,300}» | (?<![\w'])'[^'\n]{2,300}'(?!\w))
| (?P<day>\b\d{4}-\d{1,2}-\d{1,2}\b
    | \b\d{1,2}(?P<mark>[/.\-])\d{1,2}(?P=mark)(?:\d{4}|\d{2})(?![\d]) | \b\d{1,2}/\d{1,2}(?![\d/]))
| (?P<code>\b[A-Za-z]{2,5}[-/](?:\d{2,4}[-/])?\d{2,8}\b | \b\d{4}-\d{3,6}\b)
| (?P<number>(?:(?<![\w)\]])-)?
    (?:\d{1,3}(?P<group>[ .,'])\d{3}(?:(?P=group)\d{3})*(?!\d)(?:[.,]\d+)?
    | \d+(?:[.,]\d+)?))
| (?P<label>\b[A-Za-z]-\d{1,2}\b(?![.,]?\d))
| (?P<short>\b(?:[A-Za-z]{2,6}n't|(?:what|how|who|that|it|let|there|here|where)'s|i'm
    |(?:we|they|you)'(?:re|ve|ll)|i'(?:ve|ll|d))\b)
| (?P<word>(?<![^\W_])[cdk]?m[23](?![^\W_]) | [^\W\d_]+(?:'(?=[^\W\d_])(?!s\b))?)
| (?P<owner>'s\b)
| (?P<joint>(?<=[^\W\d_])-(?=[^\W_]) | (?<=\d)-(?=[^\W\d_]))
| (?P<sign>\n|\S)
""",
    re.VERBOSE | re.IGNORECASE,
)
_KINDS = {
    "mail": Kind.MAIL,
    "quote": Kind.QUOTE,
    "day": Kind.DAY,
    "code": Kind.CODE,
    "number": Kind.NUMBER,
    "label": Kind.WORD,
    "short": Kind.WORD,
    "word": Kind.WORD,
    "owner": Kind.SIGN,
    "sign": Kind.SIGN,
}


def tokenise(text: str) -> tuple[Token, ...]:
    """Return the tokens of a clean text, in order; hyphens inside words only join.

    >>> [token.key for token in tokenise("90000FCFA/hour")]
    ['90000', 'fcfa', '/', 'hour']

    What follows TOKENS_READ_MAX tokens is left out.
    """
    tokens: list[Token] = []
    end = 0
    for found in _PATTERN.finditer(text):
        if len(tokens) >= TOKENS_READ_MAX:
            break
        kind = next((kind for name, kind in _KINDS.items() if found[name] is not None), None)
        if kind is None:  # a hyphen inside a compound
            end = found.end()
            continue
        glued = bool(tokens) and found.start() == end
        key = fold(found[0])
        if found["short"]:  # don't, what's, I'm
            key = key.replace("'", "")
        tokens.append(Token(kind, found[0], key, found.start(), found.end(), glued))
        end = found.end()
    return tuple(tokens)
