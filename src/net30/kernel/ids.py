"""Ids: 128 random bits behind a time, so that they sort by the moment they were made."""

from __future__ import annotations

import secrets
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case
ID_CHARACTERS = 26
_RANDOM_BITS = 80
_PAIRS = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
"""Two letters at once: ten bits of an id."""


def new_id(now: datetime) -> str:
    """Return a new id: 48 bits of milliseconds, 80 random bits, 26 characters (the ULID layout)."""
    milliseconds = int(now.timestamp() * 1000)
    return _spell((milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS))


def _spell(value: int) -> str:
    bits = range(5 * (ID_CHARACTERS - 2), -1, -10)
    return "".join([_PAIRS[value >> place & 1023] for place in bits])
