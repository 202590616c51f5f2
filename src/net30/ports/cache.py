"""Cache: answers kept for a while, and never given once they are no longer true."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheLimits:
    """How long a cache's answers last, and how many it keeps; the least recently used go first."""

    seconds: int
    entries_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The middle and the slowest of the last times, in microseconds; None before any."""

    p50: float | None
    p99: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheFigures:
    """What a cache has done since it was opened.

    `hits` were answered without computing, those included that waited for another's computation;
    `evictions` went for room, `expired` for age, `outdated` because the books had changed.
    `bytes` is the memory of what is kept, about. Where several processes share a cache, `entries`
    and `bytes` are of all of them, about; the others are of the process that tells them.
    """

    limits: CacheLimits
    entries: int
    bytes: int
    hits: int
    misses: int
    evictions: int
    expired: int
    outdated: int
    hit_microseconds: Spread
    miss_microseconds: Spread


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something was done in a window of time, and how soon another window begins."""

    done: int
    seconds_left: float


class Cache(Protocol):
    """Named caches of one process, or of several; safe to share between threads.

    A cache is no source of truth: one that several processes share may be down or slow, and then
    answers are computed, or kept by each process alone.
    """

    kept_in: str
    """What keeps the answers: memory, or the server that several processes share."""

    def answer(
        self, name: str, question: Hashable, version: Hashable, compute: Callable[[], T]
    ) -> T:
        """Return the answer kept for a question at a version, or compute and keep it.

        A question is computed once at a time, however many ask; an answer of another version is
        dropped. What `compute` raises is raised, and nothing is kept. Answers must not change.
        """
        ...

    def statistics(self) -> Mapping[str, CacheFigures]:
        """Return what each cache has done, by its name."""
        ...

    def clear(self) -> None:
        """Forget all answers; the counts stay."""
        ...

    def count(self, what: str, by: int, seconds: int) -> Counted | None:
        """Count something that all processes count together, in a window of so many seconds.

        None where each process counts for itself: it shares no server, or that does not answer.
        """
        ...

    def fault(self) -> str:
        """Return why answers that processes share cannot be reached now; empty when all is well.

        A server is asked, for a moment at most.
        """
        ...

    def close(self) -> None:
        """Stop cleaning up."""
        ...
