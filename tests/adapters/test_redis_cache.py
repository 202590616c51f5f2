"""Caches in a real Redis: shared by processes, sealed, and never missed when they are away."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import redis as client
import trustme

from net30.adapters.cache import _redis_server, memory, redis
from net30.adapters.cache._plain import NotPlain, from_text, to_text
from net30.adapters.secrets.aes_gcm import AesGcm
from net30.domain.open_item import Status
from net30.kernel.errors import ConfigurationError
from net30.kernel.money import Money
from net30.ports.cache import Cache, CacheLimits
from net30.ports.search import Hit, Page, Query
from net30.ports.store import Stored
from net30.services.cached import cached
from net30.services.find_invoices import find_invoices
from net30.services.get_statistics import get_statistics
from net30.services.rate_limit import RateLimit
from tests.desk import TODAY, open_desk
from tests.entries import entry
from tests.redis_server import redis_server, redis_url
from tests.samples import ACME, COMPANY

LIMITS = {"details": CacheLimits(seconds=60, entries_max=100)}
KEYS = AesGcm([bytes(32)])


def opened(url: str, sealing: AesGcm = KEYS) -> Cache:
    """What one process would open."""
    return redis.build(url, LIMITS, memory.build(LIMITS, 60), sealing)


@contextmanager
def two_processes() -> Iterator[tuple[Cache, Cache, str]]:
    with redis_url() as url:
        one, other = opened(url), opened(url)
        yield one, other, url
        one.close()
        other.close()


def never() -> Any:
    raise AssertionError("computed again")


# --- how answers are written ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Foreign:
    """A class that is not net30's."""

    x: int = 0


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "é\ud800\0",
        0,
        2**80,
        -(2**53),
        0.1,
        float("inf"),
        b"\x00\xff",
        Decimal("1.50"),
        date(2026, 2, 28),
        datetime(2026, 2, 28, 9, 30, tzinfo=UTC),
        (),
        ("tuple", ["list", {"key": (1, 2), 3: None}]),
        frozenset({"b", "a"}),
        Status.OVERDUE,
        Money(150, "EUR"),
        Stored(ACME, 3),
        Stored(COMPANY, 1),
        Query(as_of=TODAY, text="acme", statuses=frozenset({Status.PAID, Status.ISSUED})),
        Page(hits=(Hit(entry=entry(1), status=Status.ISSUED),), total=1, cursor="x"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_answer_comes_back_as_it_was(value: object) -> None:
    back = from_text(to_text(value))
    assert back == value
    assert type(back) is type(value)


def test_equal_questions_are_written_alike() -> None:
    one, other = frozenset({"a", "b", "c"}), frozenset({"c", "b", "a"})
    assert to_text(("main", "awa", one)) == to_text(("main", "awa", other))


@pytest.mark.parametrize("value", [object(), Foreign(), [Foreign()], lambda: 1, Exception("x")])
def test_what_is_no_plain_value_is_not_written(value: object) -> None:
    with pytest.raises(NotPlain):
        to_text(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '["class","os:system",{"command":"true"}]',
        '["class","subprocess:Popen",{"args":["true"]}]',
        '["class","net30.kernel.plugins:load",{"room":"x","name":"y"}]',
        '["class","net30.adapters.sql.store:import_module",{"name":"os"}]',
        '["class","net30.kernel.errors:Net30Error",{"message":"x"}]',
        '["class","net30.kernel.money:Money",{"minor":1}]',
        '["class","net30.kernel.money:Money",{"minor":1,"currency":"EUR","more":1}]',
        '["class","net30.nowhere:Money",{}]',
        '["enum","net30.domain.open_item:Status","NONE"]',
        '["unknown",1]',
        "[]",
        '["decimal","x"]',
    ],
)
def test_a_text_makes_nothing_but_records_of_ours(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_text(text)


def test_a_text_imports_no_module_of_others() -> None:
    assert "antigravity" not in sys.modules
    with pytest.raises(ValueError, match="is not ours"):
        from_text('["class","antigravity:Money",{}]')
    assert "antigravity" not in sys.modules


# --- shared --------------------------------------------------------------------------------------


def test_what_one_process_computed_another_has() -> None:
    with two_processes() as (one, other, _):
        assert one.answer("details", ("main", "awa", "INV-1"), 1, lambda: ACME) == ACME
        assert other.answer("details", ("main", "awa", "INV-1"), 1, never) == ACME
        assert other.statistics()["details"].hits == 1
        assert other.statistics()["details"].entries == 1


def test_a_write_seen_by_one_process_outdates_the_answers_of_all() -> None:
    with two_processes() as (one, other, _):
        one.answer("details", "INV-1", 1, lambda: "open")
        assert other.answer("details", "INV-1", 2, lambda: "paid") == "paid"
        assert one.answer("details", "INV-1", 2, never) == "paid"


def test_organisations_and_people_have_answers_of_their_own() -> None:
    with two_processes() as (one, other, _):
        one.answer("details", ("main", "awa", "INV-1"), 1, lambda: "ours")
        for asked in (("rival", "awa", "INV-1"), ("main", "binta", "INV-1")):
            assert other.answer("details", asked, 1, lambda: "another") == "another"


def test_of_several_processes_one_computes_and_the_others_wait() -> None:
    computed, going = [], threading.Event()

    def slowly() -> str:
        computed.append(1)
        assert going.wait(10)
        return "found"

    with two_processes() as (one, other, _), ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(each.answer, "details", "q", 1, slowly) for each in (one, other)]
        while not computed:
            time.sleep(0.001)
        time.sleep(0.05)
        going.set()
        assert [each.result(10) for each in asked] == ["found", "found"]
    assert len(computed) == 1


def test_who_died_while_computing_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis, "LEASE_SECONDS", 1)
    with two_processes() as (one, other, url):

        def die() -> str:  # the process is gone: nobody gives the lease back
            with client.Redis.from_url(url) as server:
                (lease,) = server.keys("net30:*")
                server.set(lease, "of a dead process", ex=1)
            return "late"

        one.answer("details", "q", 1, die)
        began = time.monotonic()
        assert other.answer("details", "q", 2, lambda: "anew") == "anew"
        assert time.monotonic() - began < 3


def test_a_failure_lets_the_next_process_try_at_once() -> None:
    def fail() -> str:
        raise ValueError("not today")

    with two_processes() as (one, other, _):
        with pytest.raises(ValueError, match="not today"):
            one.answer("details", "q", 1, fail)
        began = time.monotonic()
        assert other.answer("details", "q", 1, lambda: "well") == "well"
        assert time.monotonic() - began < 1


def test_what_cannot_be_written_plainly_is_kept_by_each_process() -> None:
    with two_processes() as (one, other, _):
        kept = one.answer("details", "chart", 1, Foreign)
        assert one.answer("details", "chart", 1, never) is kept
        assert other.answer("details", "chart", 1, lambda: Foreign(2)) == Foreign(2)
        assert one.statistics()["details"].misses == 1
        assert one.statistics()["details"].hits == 1


def test_an_answer_has_a_life_on_the_server() -> None:
    with two_processes() as (one, _, url):
        one.answer("details", "q", 1, lambda: "kept")
        with client.Redis.from_url(url) as server:
            (key,) = [key for key in server.keys("*") if server.type(key) == b"string"]
            assert 0 < server.ttl(key) <= 60


def test_clearing_forgets_for_all_processes() -> None:
    with two_processes() as (one, other, url):
        one.answer("details", "q", 1, lambda: "before")
        other.clear()
        assert one.answer("details", "q", 1, lambda: "after") == "after"
        other.clear()
        with client.Redis.from_url(url) as server:
            assert server.keys("*") == []


# --- sealed --------------------------------------------------------------------------------------


def test_the_server_reads_no_word_of_the_books() -> None:
    with two_processes() as (one, _, url):
        one.answer("details", ("main", "awa", "Acme Corp"), 1, lambda: Stored(ACME, 1))
        with client.Redis.from_url(url) as server:
            seen = repr([(key, server.dump(key)) for key in server.keys("*")])
        assert "net30" in seen
        for word in ("Acme", "awa", "main", "Corp", "class"):
            assert word not in seen


def test_what_somebody_else_wrote_is_not_believed() -> None:
    with two_processes() as (one, other, url), client.Redis.from_url(url) as server:
        one.answer("details", "a", 1, lambda: "answer of a")
        one.answer("details", "b", 1, lambda: "answer of b")
        first, second = [key for key in server.keys("*") if server.type(key) == b"string"]
        swapped = server.get(first)
        assert swapped
        for forged in (swapped, b"sealed1:x:y", b"\x80\x04K\x01.", to_text(("1", "forged"))):
            server.set(second, forged)
            told = {other.answer("details", q, 1, partial(str, f"answer of {q}")) for q in "ab"}
            assert told == {"answer of a", "answer of b"}


def test_processes_with_other_keys_do_not_believe_each_other() -> None:
    with redis_url() as url:
        ours, theirs = opened(url), opened(url, AesGcm([b"1" * 32]))
        ours.answer("details", "q", 1, lambda: "ours")
        assert theirs.answer("details", "q", 1, lambda: "theirs") == "theirs"
        ours.close()
        theirs.close()


# --- away ----------------------------------------------------------------------------------------


def test_a_server_that_died_costs_no_answer_and_is_used_again_when_it_is_back() -> None:
    with redis_server() as server:
        now = [0.0]
        kept = redis.RedisCache(
            _redis_server.Server(server.url(), lambda: now[0]),
            LIMITS,
            memory.build(LIMITS, 60),
            KEYS,
        )
        assert kept.answer("details", "q", 1, lambda: "shared") == "shared"
        server.stop()
        assert kept.answer("details", "q", 1, lambda: "alone") == "alone"
        assert kept.answer("details", "q", 1, never) == "alone"  # its own memory keeps it
        assert "127.0.0.1" in kept.fault()
        assert kept.statistics()["details"].entries == 1
        kept.clear()
        server.start()
        assert kept.fault()  # left alone for a while
        now[0] += _redis_server.PAUSE_SECONDS
        assert kept.fault() == ""
        assert kept.answer("details", "q", 1, lambda: "anew") == "anew"
        assert kept.answer("details", "q", 1, never) == "anew"
        kept.close()


def test_a_server_that_keeps_silent_delays_one_answer_only() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        kept = opened(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        began = time.monotonic()
        assert kept.answer("details", "q", 1, lambda: "computed") == "computed"
        first = time.monotonic() - began
        began = time.monotonic()
        for at in range(100):
            assert kept.answer("details", at, 1, partial(int, at)) == at
        assert first < 1.5
        assert time.monotonic() - began < 0.5
        kept.close()


def test_a_failure_of_the_computation_is_told_while_the_server_is_away() -> None:
    def fail() -> str:
        raise ValueError("not today")

    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        port = door.getsockname()[1]
    kept = opened(f"redis://127.0.0.1:{port}/0")
    for _ in range(2):
        with pytest.raises(ValueError, match="not today"):
            kept.answer("details", "q", 1, fail)
    kept.close()


def test_a_wrong_password_is_named_and_not_shown() -> None:
    with redis_server("--requirepass", "right") as server:
        kept = opened(server.url().replace("//", "//:wrong-secret@"))
        assert kept.answer("details", "q", 1, lambda: "computed") == "computed"
        assert kept.fault()
        assert "wrong-secret" not in kept.fault()
        kept.close()
        kept = opened(server.url().replace("//", "//:right@"))
        assert kept.fault() == ""
        kept.close()


# --- the way there -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "redis://cache.example:6379/0",
        "redis://10.0.0.5/0",
        "redis:///0",
        "rediss:",
        "redis://localhost:0/0",
        "redis://localhost/0?tls=no&nonsense",
        "redis://localhost/0?no_such_option=1",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        opened(url).answer("details", "q", 1, lambda: "x")
    assert refused.value.code == "cache_url"


def test_plain_redis_to_another_machine_is_for_who_asks_for_it() -> None:
    opened("redis://cache.example:6379/0?tls=no").close()
    opened("rediss://:secret@cache.example:6379/0").close()


@contextmanager
def behind_tls(port: int, folder: Path) -> Iterator[tuple[int, Path]]:
    """Stand before a server with a certificate for localhost; the wheel's Redis has no TLS."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    trusted = folder / "ca.pem"
    authority.cert_pem.write_to_path(trusted)
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        threading.Thread(target=_forward, args=(door, context, port), daemon=True).start()
        yield door.getsockname()[1], trusted


def _forward(door: socket.socket, context: ssl.SSLContext, port: int) -> None:
    with suppress(OSError):
        while True:
            raw, _ = door.accept()
            threading.Thread(target=_talk, args=(raw, context, port), daemon=True).start()


def _talk(raw: socket.socket, context: ssl.SSLContext, port: int) -> None:
    with (
        closing(raw),
        suppress(OSError),
        closing(context.wrap_socket(raw, server_side=True)) as near,
        closing(socket.create_connection(("127.0.0.1", port))) as far,
    ):
        while said := near.recv(65536):
            far.sendall(said)
            near.sendall(far.recv(65536))


def test_tls_is_checked_against_the_servers_name(tmp_path: Path) -> None:
    with redis_server() as server, behind_tls(server.port, tmp_path) as (port, trusted):
        kept = opened(f"rediss://localhost:{port}/0?ssl_ca_certs={trusted}")
        assert kept.answer("details", "q", 1, lambda: "kept") == "kept"
        assert kept.answer("details", "q", 1, never) == "kept"
        assert kept.fault() == ""
        kept.close()
        stranger = opened(f"rediss://localhost:{port}/0")
        assert "certificate" in stranger.fault().lower()
        stranger.close()


# --- the whole application -----------------------------------------------------------------------


ANOTHER = """
import sys
from net30.app import open_app
from net30.settings import load_with_file
from net30.services.get_statistics import get_statistics
from tests.desk import Clock
import os
app = open_app(load_with_file(os.environ), clock=Clock())
with app.look() as ctx:
    (row,) = get_statistics(ctx).currencies
figures = app.world.cache.statistics()["statistics"]
print(row.position.outstanding.minor, figures.hits, figures.misses)
app.close()
"""


def test_two_processes_share_answers_and_see_each_others_writes(tmp_path: Path) -> None:
    with redis_url() as url:
        desk = open_desk(tmp_path, cache_url=url)
        desk.issue()
        desk.app.settle()

        def here() -> int:
            with desk.app.look() as ctx:
                (row,) = get_statistics(ctx).currencies
            assert row.position is not None
            return row.position.outstanding.minor

        def there() -> list[int]:
            env = {"NET30_HOME": str(tmp_path), "NET30_CACHE_URL": url, "PATH": "/usr/bin:/bin"}
            done = subprocess.run(
                [sys.executable, "-c", ANOTHER], env=env, check=True, capture_output=True, text=True
            )
            return [int(word) for word in done.stdout.split()]

        assert here() == 4_248_000
        assert there() == [4_248_000, 1, 0]  # a hit: this process had computed it
        desk.issue()
        desk.app.settle()
        assert there() == [8_496_000, 0, 1]
        before = desk.app.world.cache.statistics()["statistics"]
        assert here() == 8_496_000
        after = desk.app.world.cache.statistics()["statistics"]
        assert (after.hits - before.hits, after.misses - before.misses) == (1, 0)
        desk.app.close()


def test_every_seed_cache_is_answered_from_redis(tmp_path: Path) -> None:
    with redis_url() as url:
        desk = open_desk(tmp_path, cache_url=url)
        desk.issue()
        desk.app.settle()
        asks: dict[str, Callable[..., object]] = {
            "statistics": get_statistics,
            "invoice_list": lambda ctx: find_invoices(ctx, Query(as_of=TODAY)),
            "search_results": lambda ctx: find_invoices(ctx, Query(as_of=TODAY, text="acme")),
        }
        for name, ask in asks.items():
            with desk.app.look() as ctx:
                first = ask(ctx)
                assert ask(ctx) == first
            assert desk.app.world.cache.statistics()[name].hits == 1, name
        for name in ("invoice_detail", "client_data"):
            with desk.app.look() as ctx:
                kept = [cached(ctx, name, "q", lambda: Stored(desk.acme, 1)) for _ in range(2)]
            assert kept[0] == kept[1]
            assert desk.app.world.cache.statistics()[name].hits == 1
        own = desk.app.world.cache._own.statistics()  # type: ignore[attr-defined] # noqa: SLF001 - what was not shared
        assert all(one.misses == 0 for one in own.values())
        assert replace(desk.acme) == desk.acme
        desk.app.close()


def limit_of(cache: Cache, name: str = "requests") -> RateLimit:
    """The limit of one process: three requests a minute."""
    return RateLimit(3, name=name, shared=cache)


def test_a_limit_holds_for_all_processes_together() -> None:
    with two_processes() as (one, other, url):
        limits = [limit_of(one), limit_of(other)]
        left = [limits[at % 2].count("awa") for at in range(5)]
        assert [each.remaining for each in left] == [2, 1, 0, -1, -2]
        assert all(1 <= each.reset <= 61 for each in left)
        assert limits[0].count("binta").remaining == 2
        assert limit_of(other, "failures").count("awa").remaining == 2
        with closing(client.Redis.from_url(url)) as raw:
            assert not list(raw.scan_iter("*awa*")), "who it is about"


def test_a_window_ends_and_another_begins() -> None:
    with two_processes() as (one, other, _):
        assert [cache.count("awa", 1, 1) for cache in (one, other)][1].done == 2  # type: ignore[union-attr] # it is there
        time.sleep(1.1)
        again = other.count("awa", 1, 1)
        assert again
        assert again.done == 1


def test_while_redis_is_away_each_process_goes_on_counting_for_itself() -> None:
    with redis_server() as server:
        caches = [opened(f"redis://127.0.0.1:{server.port}/0") for _ in range(2)]
        one, other = map(limit_of, caches)
        assert [one.count("awa").remaining, other.count("awa").remaining] == [2, 1]
        server.stop()
        assert [one.count("awa").remaining for _ in range(3)] == [1, 0, -1]
        assert [other.count("awa").remaining for _ in range(3)] == [1, 0, -1]
        assert all(cache.fault() for cache in caches), "/ready says so"
        for cache in caches:
            cache.close()
