"""Text: what people may write into a document."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from net30.kernel.errors import LimitExceeded
from net30.kernel.money import Money

T = TypeVar("T")

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
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter in "\n\t" or _shown(letter)).strip()


def cleaned(record: T, what: str) -> T:
    """Return a frozen record with every text in it cleaned, however deep.

    Raises LimitExceeded for a text of more than 10,000 characters; the message names its field.
    """
    # Any: a record's field may be of any type; each comes back as the type that went in.
    result: Any = _cleaned(record, what)
    return result  # type: ignore[no-any-return] # the same type as `record`, see above


def _cleaned(value: Any, what: str) -> Any:
    if isinstance(value, Money | Enum) or not value:
        return value
    if isinstance(value, str):
        return clean(value, what, TEXT_CHARACTERS_MAX)
    if isinstance(value, tuple):
        return tuple(_cleaned(part, f"{what}[{at}]") for at, part in enumerate(value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    before = {field.name: getattr(value, field.name) for field in fields(value)}
    after = {name: _cleaned(part, f"{what}.{name}") for name, part in before.items()}
    changed = {name: part for name, part in after.items() if part != before[name]}
    return replace(value, **changed) if changed else value


def _shown(letter: str) -> bool:
    code = ord(letter)
    # Noncharacters are in no font, and two of them are in no XML document.
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF  # noqa: PLR2004 - Unicode 23.7
    hidden = unicodedata.category(letter) in {"Cc", "Cs"} or code in _BIDI_OVERRIDES
    return not (noncharacter or hidden)
