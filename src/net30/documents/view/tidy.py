"""Tidy: a user's text made safe to set: no control characters, no direction overrides."""

from __future__ import annotations

import re
import unicodedata

# Overrides and isolates reorder what is printed, amounts included; no invoice needs them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffc\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"\s*\n\s*")


def shown(text: str, characters_max: int = 0) -> str:
    """Return the text composed (NFC), without what cannot be seen; cut with … where too long."""
    if text.isascii() and text.isprintable():
        clean = text
    else:
        lines = text.replace("\r\n", "\n").replace("\t", " ")
        clean = unicodedata.normalize("NFC", _UNSEEN.sub("", lines)).strip()
    if characters_max and len(clean) > characters_max:
        return clean[: characters_max - 1] + "…"
    return clean


def shown_inline(text: str, characters_max: int = 0) -> str:
    """Return the text tidied, on one line."""
    return shown(_SPACES.sub(" ", text), characters_max)
