"""Known bearers: who asked a moment ago is known still, and is not looked up with every request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from net30.domain.identity.principal import Principal
from net30.domain.identity.secret import fingerprint
from net30.ports.accounts import Accounts

KNOWN_FOR = timedelta(seconds=2)
"""What another process changes (a key revoked by the command line) counts after so long at most."""
BEARERS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    """Who somebody was, when, and at which state of the accounts."""

    principal: Principal
    at: datetime
    changes: int


@dataclass(slots=True)
class KnownBearers:
    """Recognises bearers; whoever is refused is looked up anew each time.

    What this process changes in the accounts counts at once. Secrets are known by their
    fingerprints only.
    """

    recognise: Callable[[str, str], Principal]
    accounts: Accounts
    clock: Callable[[], datetime]
    known: dict[tuple[str, str], _Known] = field(default_factory=dict, repr=False)

    def __call__(self, secret: str, organisation: str) -> Principal:
        """Return who bears a secret; raise Forbidden (unauthenticated)."""
        asked = (fingerprint(secret), organisation)
        # Read before the accounts are: a change meanwhile makes what is kept here stale at once.
        changes, now = self.accounts.changes, self.clock()
        found = self.known.get(asked)
        if found and found.changes == changes and found.at <= now < found.at + KNOWN_FOR:
            return found.principal
        self.known.pop(asked, None)
        principal = self.recognise(secret, organisation)
        if len(self.known) >= BEARERS_MAX:
            self.known.clear()
        self.known[asked] = _Known(principal, now, changes)
        return principal
