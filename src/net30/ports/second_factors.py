"""Second factors: the codes that an authenticator app shows."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class SecondFactors(Protocol):
    """Codes that follow from a secret and the time (RFC 6238)."""

    def new_secret(self) -> str:
        """Return a new secret, as an app takes it when it is typed."""
        ...

    def link(self, secret: str, email: str) -> str:
        """Return the otpauth: link that an app reads from a QR code."""
        ...

    def sealed(self, secret: str, user_id: str) -> str:
        """Return a user's secret as it is kept: who has only the database cannot read it."""
        ...

    def opened(self, kept: str, user_id: str) -> str:
        """Return a user's secret from what is kept; raise Unavailable without the key."""
        ...

    def step_of(self, secret: str, code: str, now: datetime) -> int | None:
        """Return the time step that a code is of, one early or late at most; None for no code."""
        ...
