"""A request under its idempotency key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import cast

import pytest

from net30.adapters.sql import build
from net30.domain.customer import Customer
from net30.kernel.errors import Conflict, InputError, Unavailable
from net30.ports.store import NEW, Remembered, Transaction
from net30.services.context import Context
from net30.services.once import KEY_CHARACTERS_MAX, Answer, InFlight, once
from net30.services.world import World
from tests.databases import sqlite_url
from tests.samples import ACME
from tests.surroundings import change, world_of


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty store and its surroundings."""
    with closing(build(sqlite_url(tmp_path))) as store:
        yield world_of(store, tmp_path)


def add_acme(ctx: Context) -> str:
    ctx.tx.save(ACME, expected=NEW)
    return "added"


def fail(ctx: Context) -> str:
    add_acme(ctx)
    raise Unavailable("the mail is down", hint="try again")


def never() -> str:
    raise AssertionError("the work was done again")


def test_a_second_request_gets_the_first_one_s_answer_and_does_nothing(world: World) -> None:
    with change(world) as ctx:
        assert once(ctx, "k1", "add acme", lambda: add_acme(ctx)) == Answer("added", replayed=False)
    with change(world) as ctx:
        assert once(ctx, "k1", "add acme", never) == Answer("added", replayed=True)


def test_a_key_of_another_request_is_refused(world: World) -> None:
    with change(world) as ctx:
        once(ctx, "k1", "add acme", lambda: add_acme(ctx))
        with pytest.raises(InputError, match="another request") as refused:
            once(ctx, "k1", "add zenith", never)
    assert refused.value.code == "idempotency_key_reused"


def test_a_request_that_failed_left_nothing_and_may_come_again(world: World) -> None:
    def send_and_fail() -> None:
        with change(world) as ctx:
            once(ctx, "k1", "add acme", lambda: fail(ctx))

    with pytest.raises(Unavailable):
        send_and_fail()
    with change(world) as ctx:
        assert ctx.tx.page(Customer) == ()
        assert not once(ctx, "k1", "add acme", lambda: add_acme(ctx)).replayed


@pytest.mark.parametrize("key", ["", "  ", "k" * (KEY_CHARACTERS_MAX + 1)])
def test_a_key_must_have_characters_and_not_too_many(world: World, key: str) -> None:
    with change(world) as ctx, pytest.raises(InputError, match="not an idempotency key"):
        once(ctx, key, "add acme", never)


def test_a_key_in_flight_is_refused_until_its_request_ends() -> None:
    in_flight = InFlight()
    with in_flight.claim("us", "k1"):
        with pytest.raises(Conflict) as refused, in_flight.claim("us", "k1"):
            pass
        assert refused.value.code == "in_flight"
        with in_flight.claim("us", "k2"), in_flight.claim("them", "k1"):
            pass
    with in_flight.claim("us", "k1"):
        pass


def test_a_key_is_free_again_after_its_request_failed() -> None:
    in_flight = InFlight()
    with pytest.raises(Unavailable), in_flight.claim("us", "k1"):
        raise Unavailable("down")
    with in_flight.claim("us", "k1"):
        pass


class MarksFirst:
    """The part of a transaction of a store that marks a key before its work is done."""

    def __init__(self, asked: str) -> None:
        self._asked = asked

    def recall(self, key: str) -> Remembered:
        """A mark without an answer."""
        del key
        return Remembered(self._asked, None)


def test_a_store_s_own_mark_of_a_key_in_flight_is_respected(world: World) -> None:

    marked = cast("Transaction", MarksFirst(sha256(b"add acme").hexdigest()))
    with change(world) as ctx, pytest.raises(Conflict) as refused:
        once(replace(ctx, tx=marked), "k1", "add acme", never)
    assert refused.value.code == "in_flight"
