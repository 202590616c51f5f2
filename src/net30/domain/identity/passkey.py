"""Passkey: a key pair of a user's device, which signs in instead of a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PASSKEYS_MAX = 20
NAME_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A passkey: the device keeps the private half; `id` and `public_key` are Base64 for URLs.

    `sign_count` is the device's own count; one that goes back means a copy of the key.
    """

    id: str
    user_id: str
    public_key: str
    sign_count: int
    name: str
    made_at: datetime
    used_at: datetime | None = None
