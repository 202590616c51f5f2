"""Ids: never the same, and in the order of their making."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from net30.kernel.ids import ID_CHARACTERS, new_id

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_thousand_ids_of_one_moment_all_differ() -> None:
    assert len({new_id(NOON) for _ in range(1000)}) == 1000


def test_a_later_id_sorts_after_an_earlier_one() -> None:
    moments = [NOON + timedelta(milliseconds=step) for step in range(100)]
    ids = [new_id(moment) for moment in moments]
    assert ids == sorted(ids)
    assert new_id(datetime(2200, 12, 31, tzinfo=UTC)) > ids[-1]


def test_the_zone_of_the_clock_does_not_matter() -> None:
    abroad = NOON.astimezone(timezone(timedelta(hours=9)))
    assert new_id(abroad)[:10] == new_id(NOON)[:10]


def test_an_id_is_26_letters_and_digits_that_are_not_mistaken_for_one_another() -> None:
    identity = new_id(NOON)
    assert len(identity) == ID_CHARACTERS
    assert identity.isalnum()
    assert identity == identity.lower()
    assert not set("ilou") & set(identity)
