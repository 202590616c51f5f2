"""Sign-in step: a sign-in that is half done, or a ceremony that waits for its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

STEP_TIME = timedelta(minutes=10)
"""So long may the next step take."""
STEPS_MAX = 5
"""A user's steps that wait; the oldest ends when one more begins."""


class StepKind(StrEnum):
    """What the step waits for."""

    CODE = "code"
    """The password was right; the app's code is still to come."""
    SIGN_ON = "sign_on"
    """The visitor went to an organisation's own sign-on and will come back."""
    NEW_PASSKEY = "new_passkey"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInStep:
    """A step; `id` is the fingerprint of the secret that its visitor holds. It is taken once.

    `confined_to` is the one organisation that the session may open. A ceremony's `challenge` is
    what the answer must hold, `verifier` what proves to the sign-on that we asked, `after` where
    the visitor wanted to go.
    """

    id: str
    kind: StepKind
    made_at: datetime
    expires_at: datetime
    user_id: str = ""
    confined_to: str = ""
    provider_id: str = ""
    challenge: str = field(default="", repr=False)
    verifier: str = field(default="", repr=False)
    after: str = ""

    def is_valid(self, now: datetime) -> bool:
        """Tell whether the step can still be taken."""
        return self.made_at - STEP_TIME <= now < self.expires_at
