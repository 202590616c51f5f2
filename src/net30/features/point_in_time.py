"""Point in time: the features of invoices, each from what was known before its own day.

The same function serves one customer's rows, a local batch and a Spark partition: every feature
depends on the rows of one customer only, so any division of the customers gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from net30.features import alike, itself, open_items, settled
from net30.features.alike import BASIC, Alike, ways
from net30.features.invoices import Ints, Invoices
from net30.features.itself import Batches, Itself
from net30.features.open_items import Items, Owed
from net30.features.ratios import Column, Features, told, wanted
from net30.features.settled import Settled, Settlements
from net30.features.timeline import Past, key_of

ROWS = 10_000
"""Questions answered at a time, which bounds memory; what they touch fits a processor's cache."""
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """The features to make, table by table."""

    itself: Features[Itself]
    settled: Features[Settled]
    open: Features[Owed]
    alike: tuple[tuple[str, Features[Past]], ...]


class PointInTime:
    """A history, sorted once, that answers for any invoices as of any days."""

    def __init__(
        self,
        history: Invoices,
        asked: Invoices,
        *,
        names: Sequence[str] | None = None,
        together: Invoices | None = None,
    ) -> None:
        """Take a history for questions about invoices; `names` limits the work to what they need.

        An invoice may stand in both: it never sees itself, since only days before count.
        `together` holds every invoice once, history and asked, for counting those of one day;
        left out, the asked ones are those of the history, or none of them is in it.
        """
        self._asked = asked
        words = tuple(sorted(asked.words.keys() & history.words.keys()))
        self._items = Items(history)
        paid = history.settled
        settled_on, delay = paid.settled_on, paid.delay
        self._settled = Settlements(paid)
        self._batches = Batches(*_all_known(history, asked, together))
        self._words = words
        self._plan = _plan(tuple(asked.words), words, _set(names))
        self._alike = {way: Alike(way, paid, settled_on, delay) for way, _ in self._plan.alike}

    def about(self, asked: Invoices, names: Sequence[str]) -> PointInTime:
        """Return the same for some invoices of the history and features; it is sorted only once."""
        found = copy(self)
        plan = _plan(tuple(asked.words), self._words, _set(names))
        vars(found).update(_asked=asked, _plan=plan)
        return found

    def columns(self, day: Ints, rows: slice | Ints = slice(None)) -> dict[str, Column]:
        """Return the features of some of the invoices, by name."""
        asked, plan = self._asked.take(rows), self._plan
        past = Settled(self._settled, asked.customer, day)
        # Nothing over nothing is not known; any other division by 0 stays a fault.
        with np.errstate(invalid="ignore"):
            found = told(plan.itself, Itself(asked, day, self._batches))
            found |= told(plan.settled, past)
            found |= told(plan.open, Owed(self._items, past, asked, day))
            for way, made in plan.alike:
                found |= told(made, self._alike[way].before(asked, day))
        return found

    def matrix(self, day: Ints, names: Sequence[str]) -> Matrix:
        """Return the named features of all the invoices, one row each, as 32-bit floats."""
        made = np.empty((len(self._asked), len(names)), np.float32)
        for rows, part in self.in_parts(day, names):
            made[rows] = part
        return made

    def in_parts(self, day: Ints, names: Sequence[str]) -> Iterator[tuple[Ints, Matrix]]:
        """Return the same matrix in parts, each with its rows in any order: memory is bounded."""
        # One customer after the other: mixed questions take several times as long.
        order = key_of(self._asked.customer, day).argsort()
        for start in range(0, len(order), ROWS):
            rows = order[start : start + ROWS]
            columns = self.columns(day[rows], rows)
            yield rows, _side_by_side([columns[name] for name in names], len(rows))


def seen_from(asked: Invoices, horizon: int) -> Ints:
    """Return the day before which each invoice's history is taken: its issue, or the horizon.

    `horizon` is the first day that the ledger does not cover any more.
    """
    return np.minimum(asked.issued, horizon)


def feature_names(words: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the names of all features, in the order of the columns."""
    return _every_name(tuple(words))


def words_of(names: Sequence[str], words: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of words, of these, that any of the named features looks at."""
    wanted = _names_of(tuple(names)) - set(feature_names())
    return tuple(word for word in words if not wanted.isdisjoint(feature_names([word])))


@lru_cache(maxsize=64)
def _every_name(words: tuple[str, ...]) -> tuple[str, ...]:
    tables = [itself.features(words), settled.FEATURES, open_items.FEATURES]
    tables += [alike.features(way) for way in ways(sorted(words))]
    return tuple(name for table in tables for name in _of(table))


@lru_cache(maxsize=64)
def _names_of(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(names)


def _set(names: Sequence[str] | None) -> frozenset[str] | None:
    return None if names is None else _names_of(tuple(names))


@lru_cache(maxsize=64)
def _plan(of_asked: tuple[str, ...], words: tuple[str, ...], names: frozenset[str] | None) -> _Plan:
    """Return what is to be made of columns of words, those of the asked and those of both."""
    by_way = {way: wanted(alike.features(way), names) for way in ways(words)}
    return _Plan(
        itself=wanted(itself.features(of_asked), names),
        settled=wanted(settled.FEATURES, names),
        open=wanted(open_items.FEATURES, names),
        alike=tuple((way, made) for way, made in by_way.items() if made),
    )


def _of(features: Mapping[tuple[str, ...], object]) -> Iterator[str]:
    return chain.from_iterable(features)


def _side_by_side(columns: Sequence[Column], rows: int) -> Matrix:
    if rows == 1:
        row: Matrix = np.concatenate(columns, dtype=np.float32, casting="same_kind")[None, :]
        return row
    made = np.empty((rows, len(columns)), np.float32)
    for place, column in enumerate(columns):
        made[:, place] = column
    return made


def _all_known(
    history: Invoices, asked: Invoices, together: Invoices | None
) -> tuple[Invoices, ...]:
    """Return every invoice once where the same ones are asked about that are in the history."""
    if together is not None:
        return (together,)
    return (history,) if history is asked else (history, asked)


__all__ = ["BASIC", "ROWS", "Matrix", "PointInTime", "feature_names", "seen_from", "words_of"]
