"""Session: one sign-in of a user; kept on the server, so that it can be ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SESSION_HOURS = 12
"""A working day; then the user signs in again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A sign-in; `id` is the fingerprint of its secret, `agent` what the program called itself.

    A `confined` one opens its organisation only: that organisation's own sign-on vouched for it.
    """

    id: str
    user_id: str
    made_at: datetime
    expires_at: datetime
    organisation: str = ""
    agent: str = ""
    confined: bool = False

    def is_valid(self, now: datetime) -> bool:
        """Tell whether the session still opens anything.

        One from the future is refused: the clock went back, and its end cannot be trusted.
        """
        return self.made_at - CLOCK_SLACK <= now < self.expires_at


CLOCK_SLACK = timedelta(minutes=5)
"""So far may the clocks of two machines differ."""
