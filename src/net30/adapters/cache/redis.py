"""Caches in a Redis server, which several processes share: what one computed, all have.

Answers are sealed with the installation's keys, so who reads Redis or its files reads no books,
and who writes there makes nobody believe anything. What cannot be written plainly (a table of a
screen) each process keeps in its own memory; so it does with all answers while Redis is away.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeVar

from net30 import __version__
from net30.adapters.cache._plain import NotPlain, from_text, to_text
from net30.adapters.cache._redis_server import Server, Unreachable
from net30.adapters.cache._times import TIMES_KEPT, spread
from net30.kernel.errors import Unavailable
from net30.ports.cache import Cache, CacheFigures, CacheLimits, Counted
from net30.ports.sealing import Sealing

T = TypeVar("T")

LEASE_SECONDS = 5
"""How long others wait for one who computes; whoever takes longer, or died, is not waited for."""
FIRST_LOOK_SECONDS = 0.005
LOOKS_SECONDS_MAX = 0.1
OWN_QUESTIONS_MAX = 10_000
"""Questions remembered whose answers cannot be written plainly."""


def build(url: str, limits: Mapping[str, CacheLimits], own: Cache, sealing: Sealing) -> Cache:
    """Return the caches on a server; `own` keeps what this process cannot share.

    Raises ConfigurationError for a URL that names none, or plain redis on another machine.
    """
    return RedisCache(Server(url), limits, own, sealing)


class RedisCache:
    """Several caches on one Redis server, each with a shelf of what was used when."""

    kept_in = "redis"

    def __init__(
        self, server: Server, limits: Mapping[str, CacheLimits], own: Cache, sealing: Sealing
    ) -> None:
        self._server = server
        self._own = own
        self._shelves = {
            name: _Shelf(name, one, server, sealing, own) for name, one in limits.items()
        }

    def answer(
        self, name: str, question: Hashable, version: Hashable, compute: Callable[[], T]
    ) -> T:
        """Return the answer kept, or compute it; raise InputError for an unknown cache."""
        shelf = self._shelves.get(name)
        if shelf is None:
            return self._own.answer(name, question, version, compute)  # which refuses the name
        found: T = shelf.answer(question, version, compute)
        return found

    def statistics(self) -> Mapping[str, CacheFigures]:
        """Return what each cache has done, by this process; what is kept, by all."""
        own = self._own.statistics()
        return {name: shelf.figures(own[name]) for name, shelf in self._shelves.items()}

    def clear(self) -> None:
        """Forget all answers, for every process; what others keep in their memory stays."""
        self._own.clear()
        for shelf in self._shelves.values():
            shelf.clear()

    def count(self, what: str, by: int, seconds: int) -> Counted | None:
        """Count something for all processes; None while Redis does not answer.

        Nobody reads there whom it is about: the key is a hash.
        """
        # What is counted is the same in every release, unlike what is kept.
        key = f"net30:count:{sha256(what.encode()).hexdigest()[:32]}"
        try:
            done, left = self._server.count(key, by, seconds)
        except Unreachable:
            return None
        return Counted(done, left)

    def fault(self) -> str:
        """Return why Redis cannot be reached now; empty when it can."""
        return self._server.fault()

    def close(self) -> None:
        """Give back the connections."""
        self._own.close()
        self._server.close()


class _Shelf:
    """One cache on the server, and the computations of this process that are under way."""

    def __init__(
        self, name: str, limits: CacheLimits, server: Server, sealing: Sealing, own: Cache
    ) -> None:
        self._name = name
        self._limits = limits
        self._server = server
        self._sealing = sealing
        self._own = own
        # Another release may mean something else by the same question.
        self._place = f"net30:{__version__}:{name}"
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, str], Future[Any]] = {}
        self._unwritten: OrderedDict[str, None] = OrderedDict()
        self._hits = self._misses = self._evictions = self._expired = self._outdated = 0
        self._hit_times: deque[int] = deque(maxlen=TIMES_KEPT)
        self._miss_times: deque[int] = deque(maxlen=TIMES_KEPT)

    def answer(self, question: Hashable, version: Hashable, compute: Callable[[], Any]) -> Any:
        try:
            key, mark = self._key(question), to_text(version)
        except NotPlain:
            return self._own.answer(self._name, question, version, compute)
        if key in self._unwritten:
            return self._own.answer(self._name, question, version, compute)
        began = time.perf_counter_ns()
        with self._lock:
            waited_for = self._under_way.get((key, mark))
            if waited_for is None:
                mine = self._under_way[key, mark] = Future()
        if waited_for is not None:
            value = waited_for.result()
            self._hit(began)
            return value
        try:
            value = self._found(key, mark, began)
            if value is _NOTHING:
                value = self._computed(key, mark, compute, (question, version), began)
        except Unreachable:
            value = self._alone(key, mark, mine, (question, version), compute)
        except BaseException as error:
            self._end(key, mark)
            mine.set_exception(error)  # whoever waits hears of it as well
            raise
        self._end(key, mark)
        mine.set_result(value)
        return value

    def figures(self, own: CacheFigures) -> CacheFigures:
        """Return what was done here and in this process' own memory."""
        try:
            entries, occupied = self._server.sizes(self._place)
        except Unreachable:
            entries = occupied = 0
        with self._lock:
            hit, miss = spread(self._hit_times), spread(self._miss_times)
            return replace(
                own,
                entries=own.entries + entries,
                bytes=own.bytes + occupied,
                hits=own.hits + self._hits,
                misses=own.misses + self._misses,
                evictions=own.evictions + self._evictions,
                expired=own.expired + self._expired,
                outdated=own.outdated + self._outdated,
                hit_microseconds=hit if hit.p50 is not None else own.hit_microseconds,
                miss_microseconds=miss if miss.p50 is not None else own.miss_microseconds,
            )

    def clear(self) -> None:
        try:
            self._server.forget(self._place)
        except Unreachable:  # /ready says so; what is there ends with its life
            return

    def _found(self, key: str, mark: str, began: int, *, again: bool = False) -> Any:
        """Return the answer that the server has for a version, or _NOTHING."""
        sealed = self._server.look(key, self._place)
        if sealed is None:
            return _NOTHING
        try:
            kept: Any = from_text(self._sealing.unseal(sealed, key))
            of_version, value = kept
        except (Unavailable, ValueError, TypeError):  # other keys, or damaged: as good as absent
            return _NOTHING
        if of_version != mark:
            if not again:
                with self._lock:
                    self._outdated += 1
            return _NOTHING
        self._hit(began)
        return value

    def _computed(
        self,
        key: str,
        mark: str,
        compute: Callable[[], Any],
        asked: tuple[Hashable, Hashable],
        began: int,
    ) -> Any:
        """Compute an answer as the only one of all processes, or wait for who does so."""
        lease, token = f"{key}:{sha256(mark.encode()).hexdigest()[:16]}", secrets.token_hex(8)
        if not self._server.take(lease, token, seconds=LEASE_SECONDS):
            value = self._awaited(key, mark, lease, began)
            if value is not _NOTHING:
                return value
            self._server.take(lease, token, seconds=LEASE_SECONDS)
        try:
            value = compute()
        except BaseException:
            self._quietly(lambda: self._server.give_back(lease, token))
            raise
        seconds = time.perf_counter_ns() - began
        if self._keep(key, mark, value, asked):
            with self._lock:
                self._misses += 1
                self._miss_times.append(seconds)
        self._quietly(lambda: self._server.give_back(lease, token))
        return value

    def _awaited(self, key: str, mark: str, lease: str, began: int) -> Any:
        """Return what another process is computing, or _NOTHING when it does not come."""
        until, pause = time.monotonic() + LEASE_SECONDS, FIRST_LOOK_SECONDS
        while time.monotonic() < until:
            time.sleep(pause)
            pause = min(2 * pause, LOOKS_SECONDS_MAX)
            is_taken = self._server.is_taken(lease)
            value = self._found(key, mark, began, again=True)
            if value is not _NOTHING or not is_taken:
                return value
        return _NOTHING

    def _keep(self, key: str, mark: str, value: Any, asked: tuple[Hashable, Hashable]) -> bool:
        """Keep an answer, on the server if it can be written; tell whether it can."""
        try:
            text = to_text((mark, value))
        except NotPlain:
            with self._lock:
                self._unwritten[key] = None
                while len(self._unwritten) > OWN_QUESTIONS_MAX:
                    self._unwritten.popitem(last=False)
            self._own.answer(self._name, *asked, lambda: value)  # which counts it
            return False
        sealed, limits = self._sealing.seal(text, key), self._limits

        def keep() -> None:
            gone, expired = self._server.keep(
                key, self._place, sealed, seconds=limits.seconds, most=limits.entries_max
            )
            with self._lock:
                self._evictions += gone
                self._expired += expired

        self._quietly(keep)
        return True

    def _alone(
        self,
        key: str,
        mark: str,
        mine: Future[Any],
        asked: tuple[Hashable, Hashable],
        compute: Callable[[], Any],
    ) -> Any:
        """Answer from this process alone while the server is away."""
        try:
            return self._own.answer(self._name, *asked, compute)
        except BaseException as error:
            self._end(key, mark)
            mine.set_exception(error)
            raise

    def _key(self, question: Hashable) -> str:
        return f"{self._place}:{sha256(to_text(question).encode()).hexdigest()}"

    def _end(self, key: str, mark: str) -> None:
        with self._lock:
            self._under_way.pop((key, mark), None)

    def _hit(self, began: int) -> None:
        with self._lock:
            self._hits += 1
            self._hit_times.append(time.perf_counter_ns() - began)

    def _quietly(self, call: Callable[[], None]) -> None:
        """Do what an answer that is already there need not wait for or fail with."""
        try:
            call()
        except Unreachable:
            return


class _Nothing:
    """No answer: other than None, which is one."""


_NOTHING = _Nothing()
