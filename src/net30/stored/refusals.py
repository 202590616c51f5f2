"""Refusals: why a store does not write what it is asked to, in the same words for each of them."""

from __future__ import annotations

from collections.abc import Callable

from net30.domain.aggregates import KINDS, UNIQUE_KEYS, Aggregate, Key, keys_of
from net30.kernel.errors import Conflict, NotFound

NAMES: dict[type, str] = {kind: name for name, kind in KINDS.items()}
"""The stored name of each kind."""


def words(kind: type) -> str:
    """Return a kind's name as people read it."""
    return NAMES[kind].replace("_", " ")


def missing(kind: type, aggregate_id: str) -> NotFound:
    """Return the refusal of one that is not there."""
    return NotFound(
        f"there is no {words(kind)} {aggregate_id!r}", hint="check the id", code="not_found"
    )


def refusal(
    aggregate: Aggregate, *, is_new: bool, is_anothers: Callable[[Key, str], bool]
) -> Conflict:
    """Return why one could not be written: a newer version of it, or another's unique key."""
    kind, keys = type(aggregate), keys_of(aggregate)
    for key in sorted(UNIQUE_KEYS & keys.keys()):
        if is_anothers(key, keys[key]):
            return Conflict(
                f"another {words(kind)} has the {key.value} {keys[key]!r}",
                hint=f"change that one, or give another {key.value}",
                code="taken",
            )
    if is_new:
        return Conflict(
            f"the {words(kind)} {aggregate.id!r} is there already",
            hint="change that one instead",
            code="exists",
        )
    return changed(kind, aggregate.id)


def changed(kind: type, aggregate_id: str) -> Conflict:
    """Return the refusal of a change over an older version."""
    return Conflict(
        f"the {words(kind)} {aggregate_id!r} was changed or removed meanwhile",
        hint="load it again and repeat the change",
        code="changed",
    )


def key_taken(key: str) -> Conflict:
    """Return the refusal of an idempotency key that stands for another request."""
    return Conflict(
        f"the idempotency key {key!r} is taken",
        hint="use a new key for a new request",
        code="idempotency_key",
    )
