"""Text: what people may write into a document."""

from __future__ import annotations

import unicodedata

from net30.kernel.errors import LimitExceeded

_BIDI_OVERRIDES = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
"""Directional embeddings, overrides and isolates: they can reorder the digits of an amount."""


def clean(text: str, what: str, characters_max: int) -> str:
    """Return a text without control characters and direction overrides; line breaks stay.

    Raises LimitExceeded when it is too long; `what` names it in the message.
    """
    if len(text) > characters_max:
        raise LimitExceeded(
            f"{what} has {len(text):,} characters",
            hint=f"at most {characters_max:,} characters fit",
            code="text_too_long",
        )
    return "".join(letter for letter in text.strip() if letter in "\n\t" or _shown(letter))


def _shown(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cs"} and ord(letter) not in _BIDI_OVERRIDES
