"""Second factors by TOTP: six digits, every thirty seconds."""

from __future__ import annotations

from datetime import datetime

from pyotp import TOTP, random_base32
from pyotp.utils import strings_equal

from net30.ports.sealing import Sealing

STEPS_APART_MAX = 1
"""A phone's clock may be so many steps of 30 seconds early or late."""
ISSUER = "net30"


class Totp:
    """Time-based codes; their secrets are kept sealed."""

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing

    def new_secret(self) -> str:
        """Return a new secret of 160 bits."""
        return random_base32()

    def link(self, secret: str, email: str) -> str:
        """Return the otpauth: link for an app."""
        return TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)

    def sealed(self, secret: str, user_id: str) -> str:
        """Return a user's secret as it is kept."""
        return self._sealing.seal(secret, f"second factor of {user_id}")

    def opened(self, kept: str, user_id: str) -> str:
        """Return a user's secret from what is kept; raise Unavailable without the key."""
        return self._sealing.unseal(kept, f"second factor of {user_id}")

    def step_of(self, secret: str, code: str, now: datetime) -> int | None:
        """Return the time step that a code is of; None for no code of this time."""
        totp = TOTP(secret)
        step = totp.timecode(now)
        near = range(step - STEPS_APART_MAX, step + STEPS_APART_MAX + 1)
        # Every step is compared, so that the time tells nothing.
        found = [one for one in near if strings_equal(totp.generate_otp(one), code)]
        return found[-1] if found else None


def build(sealing: Sealing) -> Totp:
    """Return the codes."""
    return Totp(sealing)
