"""API key: a program's way in, for one organisation and only what it needs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from net30.domain.identity.roles import Permission

PREFIX_CHARACTERS = 8
NAME_CHARACTERS_MAX = 100
DAYS_MAX = 3660
"""A key lives ten years at most."""
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key: found by `prefix`, proved by `sha256`; it never may more than its user may."""

    id: str
    prefix: str
    sha256: str
    organisation: str
    user_id: str
    name: str
    scopes: frozenset[Permission]
    made_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Tell whether the key still opens anything."""
        if self.revoked_at is not None:
            return False
        return self.expires_at is None or now < self.expires_at


def new_prefix() -> str:
    """Return the random letters that a key is found by; no secret."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(PREFIX_CHARACTERS))


def prefix_in(secret: str) -> str:
    """Return the letters that a key's secret is found by; empty when it has none."""
    parts = secret.split("_", 2)
    return parts[1] if len(parts) == 3 and len(parts[1]) == PREFIX_CHARACTERS else ""  # noqa: PLR2004 kind_prefix_random
