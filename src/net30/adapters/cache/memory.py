"""Caches in the memory of one process: least recently used first, each answer for a time only."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any, TypeVar

from cachetools import TTLCache

from net30.adapters.cache._times import TIMES_KEPT, spread
from net30.kernel.errors import InputError
from net30.ports.cache import Cache, CacheFigures, CacheLimits, Counted

T = TypeVar("T")


def build(limits: Mapping[str, CacheLimits], cleanup_seconds: float) -> Cache:
    """Return empty caches of these names; old answers are dropped so often in the background."""
    return MemoryCache(limits, cleanup_seconds)


class MemoryCache:
    """Several caches and one thread that drops what is too old; it starts with the first answer."""

    kept_in = "memory"

    def __init__(
        self,
        limits: Mapping[str, CacheLimits],
        cleanup_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make them; `clock` tells seconds."""
        self._rooms = {name: _Room(one, clock) for name, one in limits.items()}
        self._cleanup_seconds = cleanup_seconds
        self._closed = threading.Event()
        self._cleaner: threading.Thread | None = None
        self._starting = threading.Lock()

    def answer(
        self, name: str, question: Hashable, version: Hashable, compute: Callable[[], T]
    ) -> T:
        """Return the answer kept, or compute it; raise InputError for an unknown cache."""
        try:
            room = self._rooms[name]
        except KeyError:
            raise InputError(
                f"there is no cache {name!r}",
                hint=f"there are: {', '.join(self._rooms)}",
                code="cache",
            ) from None
        if self._cleaner is None:
            self._start()
        found: T = room.answer(question, version, compute)
        return found

    def statistics(self) -> Mapping[str, CacheFigures]:
        """Return what each cache has done."""
        return {name: room.figures() for name, room in self._rooms.items()}

    def clear(self) -> None:
        """Forget all answers."""
        for room in self._rooms.values():
            room.clear()

    def count(self, what: str, by: int, seconds: int) -> Counted | None:  # noqa: ARG002 the port's
        """Count nothing: whoever asks counts for this process."""
        return None

    def fault(self) -> str:
        """Return nothing: memory is always at hand."""
        return ""

    def close(self) -> None:
        """Stop the thread that cleans up."""
        self._closed.set()
        with self._starting:
            if self._cleaner is not None:
                self._cleaner.join()

    def _start(self) -> None:
        with self._starting:
            if self._cleaner is None and not self._closed.is_set():
                # A daemon: a program that forgets to close must still end.
                self._cleaner = threading.Thread(target=self._clean, name="caches", daemon=True)
                self._cleaner.start()

    def _clean(self) -> None:
        while not self._closed.wait(self._cleanup_seconds):
            for room in self._rooms.values():
                room.expire()


class _Kept(TTLCache[Hashable, "_Answer"]):
    """A cachetools cache that counts what goes for room."""

    evictions = 0

    def popitem(self) -> tuple[Hashable, _Answer]:
        """Let the least recently used go; cachetools calls this when a new one needs room."""
        self.evictions += 1
        return super().popitem()


@dataclass(frozen=True, slots=True)
class _Answer:
    version: Hashable
    value: Any  # Any: what was computed


class _Room:
    """One cache: kept answers, and computations that are under way."""

    def __init__(self, limits: CacheLimits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._kept = _Kept(limits.entries_max, limits.seconds, clock)
        self._under_way: dict[tuple[Hashable, Hashable], Future[Any]] = {}
        self._hits = self._misses = self._expired = self._outdated = 0
        self._hit_times: deque[int] = deque(maxlen=TIMES_KEPT)
        self._miss_times: deque[int] = deque(maxlen=TIMES_KEPT)

    def answer(self, question: Hashable, version: Hashable, compute: Callable[[], Any]) -> Any:
        began = time.perf_counter_ns()
        with self._lock:
            kept = self._kept.get(question)
            if kept is not None and kept.version == version:
                self._hit(began)
                return kept.value
            waited_for = self._under_way.get((question, version))
            if waited_for is None:
                self._misses += 1
                mine = self._under_way[question, version] = Future()
        if waited_for is not None:
            value = waited_for.result()
            with self._lock:
                self._hit(began)
            return value
        return self._computed(question, version, compute, mine, began)

    def _computed(
        self,
        question: Hashable,
        version: Hashable,
        compute: Callable[[], Any],
        mine: Future[Any],
        began: int,
    ) -> Any:
        try:
            value = compute()
        except BaseException as error:
            with self._lock:
                del self._under_way[question, version]
            mine.set_exception(error)  # whoever waits hears of it as well
            raise
        with self._lock:
            self._expired += len(self._kept.expire())
            self._outdated += question in self._kept
            self._kept[question] = _Answer(version, value)
            del self._under_way[question, version]
            self._miss_times.append(time.perf_counter_ns() - began)
        mine.set_result(value)
        return value

    def figures(self) -> CacheFigures:
        with self._lock:
            self._expired += len(self._kept.expire())
            values = list(self._kept.values())
        occupied = _bytes(values)  # takes its time: meanwhile others are answered
        with self._lock:
            return CacheFigures(
                limits=self._limits,
                entries=len(values),
                bytes=occupied,
                hits=self._hits,
                misses=self._misses,
                evictions=self._kept.evictions,
                expired=self._expired,
                outdated=self._outdated,
                hit_microseconds=spread(self._hit_times),
                miss_microseconds=spread(self._miss_times),
            )

    def expire(self) -> None:
        with self._lock:
            self._expired += len(self._kept.expire())

    def clear(self) -> None:
        with self._lock:
            evictions = self._kept.evictions
            self._kept = _Kept(self._limits.entries_max, self._limits.seconds, self._clock)
            self._kept.evictions = evictions

    def _hit(self, began: int) -> None:
        self._hits += 1
        self._hit_times.append(time.perf_counter_ns() - began)


def _bytes(values: Iterable[object]) -> int:
    """Return the memory that values hold, each object once, classes and functions not counted."""
    seen: dict[int, object] = {}
    waiting = list(values)
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType):
            continue
        seen[id(one)] = one
        waiting += gc.get_referents(one)
    return sum(sys.getsizeof(one) for one in seen.values())
