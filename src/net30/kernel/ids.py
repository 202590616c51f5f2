"""Ids: 128 random bits behind a time, so that they sort by the moment they were made."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case
ID_CHARACTERS = 26
_RANDOM_BITS = 80


def new_id(now: datetime) -> str:
    """Return a new id: 48 bits of milliseconds, 80 random bits, 26 characters (the ULID layout)."""
    milliseconds = int(now.astimezone(UTC).timestamp() * 1000)
    return _spell((milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS))


def _spell(value: int) -> str:
    letters = []
    for _ in range(ID_CHARACTERS):
        value, digit = divmod(value, 32)
        letters.append(_ALPHABET[digit])
    return "".join(reversed(letters))
