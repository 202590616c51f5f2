"""What every cache promises."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from net30.adapters.cache import memory, redis
from net30.adapters.secrets.aes_gcm import AesGcm
from net30.kernel.errors import InputError, NotFound
from net30.ports.cache import Cache, CacheLimits
from tests.redis_server import redis_url

LIMITS = {
    "lists": CacheLimits(seconds=60, entries_max=2),
    "details": CacheLimits(seconds=60, entries_max=100),
}


@pytest.fixture(params=["memory", "redis"])
def cache(request: pytest.FixtureRequest) -> Iterator[Cache]:
    """Lend two empty caches of every kind: lists keeps two answers, details a hundred."""
    own = memory.build(LIMITS, cleanup_seconds=60)
    if request.param == "memory":
        yield own
        own.close()
        return
    with redis_url() as url:
        cache = redis.build(url, LIMITS, own, AesGcm([bytes(32)]))
        yield cache
        cache.close()


class Counted:
    """Computes an answer and counts how often."""

    def __init__(self, answer: object = "an answer") -> None:
        self.answer, self.times = answer, 0

    def __call__(self) -> object:
        self.times += 1
        return self.answer


def test_a_question_is_computed_once(cache: Cache) -> None:
    compute = Counted()
    for _ in range(5):
        assert cache.answer("lists", "overdue", 1, compute) == "an answer"
    assert compute.times == 1
    figures = cache.statistics()["lists"]
    assert (figures.hits, figures.misses, figures.entries) == (4, 1, 1)


def test_an_answer_of_another_version_is_never_given(cache: Cache) -> None:
    assert cache.answer("lists", "overdue", 1, Counted("before")) == "before"
    assert cache.answer("lists", "overdue", 2, Counted("after")) == "after"
    assert cache.answer("lists", "overdue", 2, Counted("never")) == "after"
    assert cache.statistics()["lists"].outdated == 1


def test_each_cache_keeps_its_own_answers(cache: Cache) -> None:
    cache.answer("lists", "acme", 1, Counted("a list"))
    assert cache.answer("details", "acme", 1, Counted("a detail")) == "a detail"


def test_an_unknown_cache_is_refused_with_the_names_there_are(cache: Cache) -> None:
    with pytest.raises(InputError, match="no cache 'list'") as refused:
        cache.answer("list", "acme", 1, Counted())
    assert "lists, details" in refused.value.hint


def test_what_was_asked_longest_ago_goes_first(cache: Cache) -> None:
    first, second, third = Counted(), Counted(), Counted()
    cache.answer("lists", "first", 1, first)
    cache.answer("lists", "second", 1, second)
    cache.answer("lists", "first", 1, first)
    cache.answer("lists", "third", 1, third)
    cache.answer("lists", "first", 1, first)
    cache.answer("lists", "second", 1, second)
    assert (first.times, second.times, third.times) == (1, 2, 1)
    assert cache.statistics()["lists"].evictions == 2


def test_a_failure_is_told_and_not_kept(cache: Cache) -> None:
    def fail() -> object:
        raise NotFound("there is no invoice", hint="look", code="invoice_not_found")

    with pytest.raises(NotFound):
        cache.answer("details", "INV-1", 1, fail)
    assert cache.answer("details", "INV-1", 1, Counted("found")) == "found"


def test_many_who_ask_at_once_wait_for_one_computation(cache: Cache) -> None:
    going, entered = threading.Event(), threading.Event()
    compute = Counted()

    def slowly() -> object:
        entered.set()
        assert going.wait(10)
        return compute()

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(cache.answer, "details", "INV-1", 1, slowly) for _ in range(8)]
        assert entered.wait(10)
        going.set()
        assert {one.result(10) for one in asked} == {"an answer"}
    assert compute.times == 1
    figures = cache.statistics()["details"]
    assert (figures.hits, figures.misses) == (7, 1)


def test_who_waits_hears_of_a_failure_too(cache: Cache) -> None:
    both = threading.Barrier(2)
    entered, going = threading.Event(), threading.Event()

    def fail() -> object:
        entered.set()
        assert going.wait(10)
        raise NotFound("there is no invoice", hint="look", code="invoice_not_found")

    def ask() -> object:
        both.wait(10)
        return cache.answer("details", "INV-1", 1, fail)

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(ask) for _ in range(2)]
        assert entered.wait(10)
        going.set()
        for one in asked:
            with pytest.raises(NotFound):
                one.result(10)


def test_another_question_need_not_wait(cache: Cache) -> None:
    going = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(cache.answer, "details", "INV-1", 1, lambda: going.wait(10))
        assert cache.answer("details", "INV-2", 1, Counted("at once")) == "at once"
        going.set()
        assert slow.result(10) is True


def test_cleared_caches_compute_anew_and_keep_their_counts(cache: Cache) -> None:
    compute = Counted()
    for question in ("a", "b", "c"):
        cache.answer("lists", question, 1, compute)
    cache.clear()
    assert cache.statistics()["lists"].entries == 0
    assert cache.statistics()["lists"].evictions == 1
    cache.answer("lists", "c", 1, compute)
    assert compute.times == 4


def test_times_and_bytes_are_told(cache: Cache) -> None:
    before = cache.statistics()["details"]
    assert (before.bytes, before.hit_microseconds.p50, before.miss_microseconds.p99) == (
        0,
        None,
        None,
    )
    for _ in range(3):
        cache.answer("details", "INV-1", 1, lambda: ("x" * 10_000,))
    after = cache.statistics()["details"]
    assert 10_000 < after.bytes < 15_000  # sealed, in a server, it is a third longer
    assert after.hit_microseconds.p50
    assert after.hit_microseconds.p99
    assert after.hit_microseconds.p50 <= after.hit_microseconds.p99
    assert after.miss_microseconds.p50


def test_what_keeps_the_answers_says_that_it_is_well(cache: Cache) -> None:
    assert cache.fault() == ""
    assert cache.kept_in in {"memory", "redis"}


def test_what_is_counted_is_counted_together_or_by_each_process_itself(cache: Cache) -> None:
    told = [cache.count("awa", by, 60) for by in (1, 2, 0)]
    if cache.kept_in == "memory":
        assert told == [None, None, None]
        return
    assert [one.done for one in told if one] == [1, 3, 3]
    assert all(0 < one.seconds_left <= 60 for one in told if one)
    (other,) = [cache.count("binta", 1, 60)]
    assert other
    assert other.done == 1
