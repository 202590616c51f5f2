"""Text: what people may write into a document."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, is_dataclass, replace
from functools import cache
from operator import is_
from typing import Any, TypeVar

from net30.kernel.errors import LimitExceeded
from net30.kernel.money import Money

T = TypeVar("T")
_Path = str | tuple["_Path", str]

NAME_CHARACTERS_MAX = 500
TEXT_CHARACTERS_MAX = 10_000

_BIDI_OVERRIDES = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
"""Directional embeddings, overrides and isolates: they can reorder the digits of an amount."""


def clean(text: str, what: str, characters_max: int) -> str:
    """Return a text without control characters and direction overrides, trimmed.

    Line breaks and tabs stay, each break as one line feed.

    Raises LimitExceeded when it is too long; `what` names it in the message.
    """
    if len(text) > characters_max:
        raise LimitExceeded(
            f"{what} has {len(text):,} characters",
            hint=f"at most {characters_max:,} characters fit",
            code="text_too_long",
        )
    return _readable(text)


def cleaned(record: T, what: str) -> T:
    """Return a frozen record with every text in it cleaned, however deep.

    Raises LimitExceeded for a text of more than 10,000 characters; the message names its field.
    """
    # Any: a record's field may be of any type; each comes back as the type that went in.
    result: Any = _cleaned(record, what)
    return result  # type: ignore[no-any-return] # the same type as `record`, see above


def _cleaned(value: Any, path: _Path) -> Any:
    kind = type(value)
    if kind is str:
        if len(value) > TEXT_CHARACTERS_MAX:
            return clean(value, _spelt(path), TEXT_CHARACTERS_MAX)
        return _readable(value)
    if kind is tuple:
        parts = tuple(_cleaned(part, (path, f"[{at}]")) for at, part in enumerate(value))
        return value if all(map(is_, parts, value)) else parts
    changed = {}
    for name in _field_names(kind):  # type: ignore[arg-type] # every type can be hashed
        before = getattr(value, name)
        part = type(before)
        # Most fields of a document are empty; numbers, days, codes and money hold no text.
        if before and (part in _HOLD_TEXT or _field_names(part)):  # type: ignore[arg-type] # as above
            after = _cleaned(before, (path, name))
            if after is not before:  # what was clean comes back as it is
                changed[name] = after
    return replace(value, **changed) if changed else value


_HOLD_TEXT = frozenset({str, tuple})


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    """Return the fields of a record that may hold text; none for numbers, days, codes, money."""
    if kind is Money or not is_dataclass(kind):
        return ()
    return tuple(field.name for field in fields(kind))


def _spelt(path: _Path) -> str:
    if isinstance(path, str):
        return path
    before, name = path
    return _spelt(before) + (name if name.startswith("[") else f".{name}")


def _readable(text: str) -> str:
    if text.isprintable():
        return text.strip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter in "\n\t" or _shown(letter)).strip()


def _shown(letter: str) -> bool:
    code = ord(letter)
    # Noncharacters are in no font, and two of them are in no XML document.
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF  # noqa: PLR2004 - Unicode 23.7
    hidden = unicodedata.category(letter) in {"Cc", "Cs"} or code in _BIDI_OVERRIDES
    return not (noncharacter or hidden)
