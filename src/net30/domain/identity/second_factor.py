"""Second factor: codes of an authenticator app, and recovery codes for when it is lost."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from net30.domain.identity.secret import fingerprint

RECOVERY_CODES = 10
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_GROUPS = 4
_GROUP_CHARACTERS = 4
CODE_CHARACTERS_MAX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """A user's second factor; it is asked for once it has been confirmed with a first code.

    `secret` is sealed. `last_step` is the time step of the last code that was taken: no code is
    taken twice. `recovery` are the fingerprints of the recovery codes that are left.
    """

    user_id: str
    secret: str = field(repr=False)
    made_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0
    recovery: tuple[str, ...] = field(default=(), repr=False)

    @property
    def id(self) -> str:
        """Return the user's id: each has one."""
        return self.user_id

    @property
    def is_asked_for(self) -> bool:
        """Tell whether signing in needs it."""
        return self.confirmed_at is not None


def new_recovery_codes() -> tuple[str, ...]:
    """Return new recovery codes of 80 random bits, such as 7k2m-x0fd-9wq3-hb5t."""
    return tuple(
        "-".join(
            "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_CHARACTERS))
            for _ in range(_GROUPS)
        )
        for _ in range(RECOVERY_CODES)
    )


def recovery_fingerprint(code: str) -> str:
    """Return what a recovery code is kept as, however it was typed."""
    return fingerprint("".join(code.lower().split()).replace("-", ""))
