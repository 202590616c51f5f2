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

    def step_of(self, secret: str, code: str, now: datetime) -> int | None:
        """Return the time step that a code is of, one early or late at most; None for no code."""
        ...
