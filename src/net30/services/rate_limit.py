"""Rate limit: how many requests one user, or one unknown sender, may make in a minute.

Where processes share a server for what they cache they count there, all together; else, and while
it does not answer, each counts for itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from net30.kernel.errors import LimitExceeded
from net30.ports.cache import Cache

WINDOW_SECONDS = 60
SENDERS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Left:
    """How many requests a minute there are, how many of them are left, and seconds to the next."""

    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """Return what an answer tells about it."""
        return {
            "ratelimit-limit": str(self.limit),
            "ratelimit-remaining": str(self.remaining),
            "ratelimit-reset": str(self.reset),
        }


class RateLimit:
    """Counts what each sender did in the present minute; the oldest senders are forgotten."""

    def __init__(
        self,
        limit: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        name: str = "",
        shared: Cache | None = None,
    ) -> None:
        """Allow so many a minute; by its name a limit is the same for all who share a cache."""
        self._limit = limit
        self._clock = clock
        self._name = name
        self._shared = shared
        self._counts: dict[str, tuple[int, int]] = {}
        self._lock = Lock()

    def count(self, sender: str, by: int = 1) -> Left:
        """Count a request (0: look only) and return what is left, below zero when too many."""
        done, seconds = self._counted(sender, by)  # also for when the server goes away
        if self._shared:
            found = self._shared.count(f"{self._name}/{sender}", by, WINDOW_SECONDS)
            if found:
                done, seconds = found.done, found.seconds_left
        return Left(self._limit, self._limit - done, int(seconds) + 1)

    def _counted(self, sender: str, by: int) -> tuple[int, float]:
        """Count here; return how many there were, and for how many seconds more they count."""
        now = self._clock()
        window = int(now // WINDOW_SECONDS)
        with self._lock:
            began, done = self._counts.pop(sender, (window, 0))
            done = by + (done if began == window else 0)
            self._counts[sender] = (window, done)
            while len(self._counts) > SENDERS_MAX:
                del self._counts[next(iter(self._counts))]
        return done, (window + 1) * WINDOW_SECONDS - now


def too_many(left: Left) -> LimitExceeded:
    """Return the error of a sender who has to wait."""
    return LimitExceeded(
        f"more than {left.limit} requests in a minute",
        hint=f"wait {left.reset} seconds",
        code="rate_limit",
    )
