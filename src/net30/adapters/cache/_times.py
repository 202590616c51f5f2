"""Times: the middle and the slowest of the last times of a cache."""

from __future__ import annotations

from collections.abc import Iterable

from net30.ports.cache import Spread

TIMES_KEPT = 1_000
NANOSECONDS = 1_000


def spread(nanoseconds: Iterable[int]) -> Spread:
    """Return the middle and the slowest of times, in microseconds."""
    ordered = sorted(nanoseconds)
    if not ordered:
        return Spread(p50=None, p99=None)
    last = len(ordered) - 1
    return Spread(
        p50=ordered[round(0.5 * last)] / NANOSECONDS,
        p99=ordered[round(0.99 * last)] / NANOSECONDS,
    )
