"""Caches in memory: answers age by a clock and are dropped in the background."""

from __future__ import annotations

import threading
import time
import weakref

from net30.adapters.cache.memory import MemoryCache
from net30.ports.cache import CacheLimits

LIMITS = {"lists": CacheLimits(seconds=10, entries_max=5)}


class Clock:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_is_computed_anew_when_its_time_is_over() -> None:
    clock = Clock()
    cache = MemoryCache(LIMITS, 60, clock)
    told = [cache.answer("lists", "q", 1, lambda: clock.now)]
    for clock.now in (9.9, 10.1):
        told.append(cache.answer("lists", "q", 1, lambda: clock.now))
    assert told == [0.0, 0.0, 10.1]
    assert cache.statistics()["lists"].expired == 1
    cache.close()


class Found:
    """An answer whose end can be seen."""


def test_what_is_too_old_is_dropped_in_the_background() -> None:
    clock = Clock()
    cache = MemoryCache(LIMITS, 0.005, clock)
    kept = weakref.ref(cache.answer("lists", "q", 1, Found))
    assert kept() is not None
    clock.now = 11
    deadline = time.monotonic() + 30
    while kept() is not None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert kept() is None
    figures = cache.statistics()["lists"]
    assert (figures.entries, figures.expired) == (0, 1)
    cache.close()


def test_closed_caches_leave_no_thread_and_still_answer() -> None:
    before = set(threading.enumerate())
    cache = MemoryCache(LIMITS, 60)
    cache.answer("lists", "q", 1, lambda: 1)
    assert [one.name for one in set(threading.enumerate()) - before] == ["caches"]
    cache.close()
    cache.close()
    assert set(threading.enumerate()) <= before
    assert cache.answer("lists", "q", 1, lambda: 2) == 1
