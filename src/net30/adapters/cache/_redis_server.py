"""A Redis server as the caches use it: few commands, short waits, a pause after each fault."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError
from redis.retry import Retry

from net30.kernel.errors import ConfigurationError
from net30.kernel.this_machine import is_this_machine

REDIS_PORT = 6379
CONNECT_SECONDS = 0.5
ANSWER_SECONDS = 0.25
"""A cache that is slower than this is slower than most of what it would save."""
PAUSE_SECONDS = 5.0
CONNECTIONS_MAX = 200
BYTES_COUNTED_MAX = 1_000
"""Answers whose length is asked for; of more, the rest counts as long as the mean of these."""

T = TypeVar("T")

# Scores are the server's own seconds, written out: Lua's own way would cut them to four digits.
_NOW = """
local time = redis.call('TIME')
local now = string.format('%d.%06d', time[1], time[2])
"""
_LOOK = (
    _NOW
    + """
local found = redis.call('GET', KEYS[1])
if found then redis.call('ZADD', KEYS[2], now, KEYS[1]) end
return found
"""
)
_KEEP = (
    _NOW
    + """
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('ZADD', KEYS[2], now, KEYS[1])
local expired = redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. (time[1] - ARGV[2]))
local over = redis.call('ZCARD', KEYS[2]) - ARGV[3]
local gone = 0
if over > 0 then
    local last = redis.call('ZPOPMIN', KEYS[2], over)
    for at = 1, #last, 2 do
        gone = gone + redis.call('DEL', last[at])
        end
    expired = expired + over - gone
end
return {gone, expired}
"""
)
_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
_COUNT = """
local done = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
    left = ARGV[2] * 1000
    redis.call('PEXPIRE', KEYS[1], left)
end
return {done, left}
"""
_FORGET = """
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('DEL', key) end
return redis.call('DEL', KEYS[1])
"""
_SIZES = """
local keys = redis.call('ZREVRANGE', KEYS[1], 0, ARGV[1] - 1)
local here, sum = 0, 0
for _, key in ipairs(keys) do
    local length = redis.call('STRLEN', key)
    if length > 0 then here, sum = here + 1, sum + length end
end
return {redis.call('ZCARD', KEYS[1]), #keys, here, sum}
"""


class Unreachable(Exception):
    """The server does not answer, or refused, or is left alone for a while after that."""


class Server:
    """One Redis server; each call answers soon or raises Unreachable."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a redis:// or rediss:// URL; nothing is sent before the first call."""
        self.place = _place(url)
        self._clock = clock
        self._pause_until = 0.0
        self._fault = ""
        self._lock = threading.Lock()
        self._redis = _client(url)
        self._look = self._script(_LOOK)
        self._keep = self._script(_KEEP)
        self._release = self._script(_RELEASE)
        self._count = self._script(_COUNT)
        self._forget = self._script(_FORGET)
        self._sizes = self._script(_SIZES)

    def look(self, key: str, shelf: str) -> str | None:
        """Return the text kept under a key, and note on its shelf that it was used now."""
        found = self._call(lambda: self._look([key, shelf], []))
        return found.decode(errors="replace") if found is not None else None

    def keep(self, key: str, shelf: str, text: str, *, seconds: int, most: int) -> tuple[int, int]:
        """Keep a text for some seconds, as one of so many on a shelf.

        Returns how many went for room, those that were used longest ago, and how many for age.
        """
        gone, expired = self._call(lambda: self._keep([key, shelf], [text, seconds, most]))
        return int(gone), int(expired)

    def take(self, key: str, token: str, *, seconds: int) -> bool:
        """Take the right to compute an answer, for some seconds; False when another has it."""
        return bool(self._call(lambda: self._redis.set(key, token, nx=True, ex=seconds)))

    def is_taken(self, key: str) -> bool:
        """Tell whether somebody has the right."""
        return bool(self._call(lambda: self._redis.exists(key)))

    def give_back(self, key: str, token: str) -> None:
        """Give back the right, unless it has passed to another meanwhile."""
        self._call(lambda: self._release([key], [token]))

    def count(self, key: str, by: int, seconds: int) -> tuple[int, float]:
        """Count up in a window of so many seconds from the first; return the count, what is left.

        It is a window of the server's own clock, the same for all who count there.
        """
        done, left = self._call(lambda: self._count([key], [by, seconds]))
        return int(done), int(left) / 1000

    def forget(self, shelf: str) -> None:
        """Forget all that is on a shelf."""
        self._call(lambda: self._forget([shelf], []))

    def sizes(self, shelf: str) -> tuple[int, int]:
        """Return how many answers a shelf has and their bytes, both about."""
        all_keys, seen, here, sum_bytes = map(
            int, self._call(lambda: self._sizes([shelf], [BYTES_COUNTED_MAX]))
        )
        if not here:
            return 0, 0
        entries = all_keys - (seen - here)
        return entries, sum_bytes * entries // here

    def fault(self) -> str:
        """Ask the server, and return why it does not answer; empty when it does."""
        try:
            self._call(self._redis.ping)
        except Unreachable as error:
            return str(error)
        return ""

    def close(self) -> None:
        """Give back the connections."""
        self._redis.close()
        self._redis.connection_pool.disconnect()

    def _script(self, text: str) -> Callable[[Sequence[str], Sequence[object]], Any]:
        script = self._redis.register_script(text)
        return lambda keys, words: script(keys=list(keys), args=cast("Any", list(words)))

    def _call(self, ask: Callable[[], Any]) -> Any:  # Any: what a command answers
        """Ask, unless the server failed a moment ago; after a pause one asks, the others wait."""
        with self._lock:
            if self._fault:
                if self._clock() < self._pause_until:
                    raise Unreachable(self._fault)
                self._pause_until = self._clock() + PAUSE_SECONDS
        try:
            found = ask()
        except (RedisError, OSError) as error:
            with self._lock:
                self._fault = f"{self.place}: {str(error) or type(error).__name__}"
                self._pause_until = self._clock() + PAUSE_SECONDS
            raise Unreachable(self._fault) from error
        if self._fault:
            with self._lock:
                self._fault = ""
        return found


def _client(url: str) -> Redis:
    try:
        pool = ConnectionPool.from_url(
            _checked(url),
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            # A connection that the server closed meanwhile is made anew, at once and only once.
            retry=Retry(NoBackoff(), 1, supported_errors=(ConnectionLost,)),
            max_connections=CONNECTIONS_MAX,
            client_name="net30",
        )
        pool.connection_class(**pool.connection_kwargs)  # an unknown option shows only here
    except (ValueError, TypeError) as error:
        raise _bad_url(f"it cannot be read: {error}") from error
    return Redis(connection_pool=pool)


def _checked(url: str) -> str:
    """Return the URL for the client; plain redis to another machine only for who says tls=no."""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.port != 0 else None
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise _bad_url("it cannot be read") from None
    if parts.scheme not in {"redis", "rediss"} or not host:
        raise _bad_url("it names no server")
    plainly = options.pop("tls", "") == "no"
    if parts.scheme == "redis" and not plainly and not is_this_machine(host):
        raise _bad_url("plain redis would show the password to others")
    return urlunsplit(parts._replace(query=urlencode(options)))


def _place(url: str) -> str:
    """Return where the server is, without a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "redis"
    return f"{parts.hostname}:{port or REDIS_PORT}"


def _bad_url(why: str) -> ConfigurationError:
    return ConfigurationError(
        f"the cache's URL cannot be used: {why}",
        hint="set NET30_CACHE_URL to rediss://:PASSWORD@HOST:6379/0, to redis://localhost:6379/0 "
        "on this machine, or to redis://HOST:6379/0?tls=no inside a network of your own",
        code="cache_url",
    )
