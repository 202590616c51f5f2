"""Questions: every query that the store says; each stays in one partition.

A question also tells of a document whether it is among its answers, so that a transaction finds
what it has changed itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from net30.adapters.cosmos.partition import Document
from net30.domain.aggregates import Key

MANY = (1, 10, 100, 500)
"""So many values stand in one query, the last one repeated: few texts."""

_OF_KIND = "SELECT * FROM c WHERE c.type = 'record' AND c.kind = @kind"

FIND = {
    key: f"{_OF_KIND} AND c.{key.value} = @value AND c.born <= @born ORDER BY c.aggregate ASC"
    for key in Key
}
FIND_MANY = {
    key: f"{_OF_KIND} AND c.{key.value} IN (@values) AND c.aggregate > @after "
    "AND c.born <= @born ORDER BY c.aggregate ASC"
    for key in Key
}
LOAD_MANY = f"{_OF_KIND} AND c.aggregate IN (@values) AND c.born <= @born"
PAGE = f"{_OF_KIND} AND c.aggregate > @after AND c.born <= @born ORDER BY c.aggregate ASC"
LATEST = f"{_OF_KIND} AND c.born <= @born ORDER BY c.aggregate DESC"
LATEST_BEFORE = (
    f"{_OF_KIND} AND c.aggregate < @before AND c.born <= @born ORDER BY c.aggregate DESC"
)
NAMES = (
    "SELECT c.id, c.aggregate, c.name FROM c WHERE c.type = 'record' AND c.kind = @kind "
    "AND IS_DEFINED(c.name) AND c.born <= @born ORDER BY c.aggregate ASC"
)
EVENTS = (
    "SELECT * FROM c WHERE c.type = 'event' AND c.sequence > @after AND c.sequence <= @last "
    "ORDER BY c.sequence ASC"
)
EVENTS_NAMING = (
    "SELECT * FROM c WHERE c.type = 'event' AND ARRAY_CONTAINS(c.names, @named) "
    "AND c.sequence <= @last ORDER BY c.sequence DESC"
)
PADS = "SELECT * FROM c WHERE c.type = 'pad' AND c.key IN (@values)"
PADS_OF = "SELECT * FROM c WHERE c.type = 'pad' AND c.customer = @customer ORDER BY c.key ASC"
ANSWERS = "SELECT * FROM c WHERE c.type = 'answer' AND c.id > @after ORDER BY c.id ASC"
OLD_ANSWERS = (
    "SELECT * FROM c WHERE c.type = 'answer' AND c.remembered_at < @oldest ORDER BY c.id ASC"
)
CHECKPOINTS = "SELECT * FROM c WHERE c.type = 'checkpoint'"
ORGANISATIONS = "SELECT * FROM c WHERE c.type = 'organisation'"


@dataclass(frozen=True, slots=True)
class Question:
    """A query, its values, and what it means: `holds` for its answers, `order` to sort them by."""

    text: str
    values: Mapping[str, object]
    holds: Callable[[Document], bool]
    order: str = "aggregate"
    descending: bool = False


def of_kind(kind: str) -> Callable[[Document], bool]:
    """Return what holds for the aggregates of a kind."""
    return lambda one: one["type"] == "record" and one["kind"] == kind


def of_many(text: str, values: Collection[object]) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield a query about many values in pieces of few sizes, with the values."""
    wanted = list(dict.fromkeys(values))
    for start in range(0, len(wanted), MANY[-1]):
        piece = wanted[start : start + MANY[-1]]
        size = next(one for one in MANY if one >= len(piece))
        piece += piece[-1:] * (size - len(piece))
        names = [f"one{at}" for at in range(size)]
        spelt = text.replace("@values", ", ".join(f"@{name}" for name in names))
        yield spelt, dict(zip(names, piece, strict=True))
