"""Guesses: how often signing in may fail before one has to wait.

Counted for a user from one source, for a user from everywhere, and for a source whomever it tries.
Whoever guesses runs into the first, a crowd into the second, whoever tries one password on many
into the third. The second does not stop a source that the user has signed in from before, so
nobody can lock somebody else out by guessing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from net30.domain.identity.secret import fingerprint

WINDOW = timedelta(hours=1)
SOURCE_GUESSES_MAX = 10
"""Wrong passwords for one user from one source in an hour."""
USER_GUESSES_MAX = 60
"""Wrong passwords for one user from everywhere in an hour; sources known to the user are apart."""
ANY_USER_GUESSES_MAX = 100
"""Wrong passwords from one source in an hour, whichever users it tries."""
KNOWN_FOR = timedelta(days=90)
"""So long is a source known after a sign-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """How many guesses there were since a time; `known_until` is of a source with a sign-in."""

    id: str
    count: int
    since: datetime
    expires_at: datetime
    known_until: datetime | None = None

    def within(self, now: datetime) -> int:
        """Return the guesses of the hour that `now` is in; a clock that went back starts anew."""
        return self.count if timedelta(0) <= now - self.since < WINDOW else 0

    def is_known(self, now: datetime) -> bool:
        """Tell whether the user has signed in from here not long ago."""
        return self.known_until is not None and now < self.known_until

    def one_more(self, now: datetime) -> Guesses:
        """Return the count with one more guess."""
        count = self.within(now)
        return replace(
            self,
            count=count + 1,
            since=self.since if count else now,
            expires_at=max(self.expires_at, now + WINDOW),
        )

    def one_less(self, now: datetime) -> Guesses:
        """Return the count without the last guess: it was right."""
        return replace(self, count=max(0, self.within(now) - 1))

    def signed_in(self, now: datetime) -> Guesses:
        """Return the count of a source after a good sign-in: none, and known for a while."""
        until = now + KNOWN_FOR
        return replace(self, count=0, since=now, known_until=until, expires_at=until)


def no_guesses(guesses_id: str, now: datetime) -> Guesses:
    """Return the count before the first guess."""
    return Guesses(id=guesses_id, count=0, since=now, expires_at=now + WINDOW)


def guesses_id(email: str, source: str) -> str:
    """Return the id of what is counted; a mail address typed by anyone is kept as a hash only."""
    return fingerprint(f"{email}\n{source}")
