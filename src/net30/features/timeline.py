"""Timeline: what happened in each group, in the order of days, with running sums.

A question is always about the days strictly before a day, so the order within a day never
matters and nothing of the day itself, or later, can be seen. Sums are of whole numbers: every
engine gets the same ones, to the bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from net30.features.invoices import Ints

DAYS = 2**18
"""Room for days in a key: 700 years; a group's number is shifted past it."""

RANKS = 2**12


@dataclass(frozen=True, slots=True)
class Window:
    """For each question, the places in the timeline from `start` up to, not with, `end`."""

    start: Ints
    end: Ints

    @property
    def count(self) -> Ints:
        """Return how many events lie in each window."""
        return self.end - self.start


class Timeline:
    """Events of groups; groups and days are whole numbers, days from -131072 to 131071."""

    def __init__(
        self, group: Ints, day: Ints, values: Mapping[str, Ints], rank: Ints | None = None
    ) -> None:
        """Sort the events once, and add up each of the values along the order.

        `rank`, from 0 to 4095, orders the events of one day; without it they come as they came,
        which no sum can tell. With it groups must be below 2^33, else below 2^45.
        """
        keys = _key(group, day)
        order = np.argsort(keys if rank is None else keys * RANKS + rank, kind="stable")
        self._keys = keys[order]
        self._values = {name: column[order] for name, column in values.items()}
        self._sums: dict[str, Ints] = {}

    def before(self, group: Ints, day: Ints) -> Window:
        """Return the events of each group strictly before each day."""
        start = np.searchsorted(self._keys, _key(group, np.full_like(group, -DAYS // 2)))
        return Window(start, np.searchsorted(self._keys, _key(group, day)))

    def total(self, window: Window, name: str) -> Ints:
        """Return the sum of a value over each window."""
        if name not in self._sums:
            column = self._values[name].astype(np.int64, copy=False)
            self._sums[name] = np.concatenate([np.zeros(1, np.int64), np.cumsum(column)])
        sums = self._sums[name]
        return sums[window.end] - sums[window.start]

    def values(self, name: str) -> Ints:
        """Return a value in the timeline's order, which windows point into."""
        return self._values[name]

    def latest(self, window: Window, name: str, size: int) -> tuple[Ints, NDArray[np.bool_]]:
        """Return the last values of each window, newest first, and which of them there are.

        The arrays have one row a question and `size` columns; absent places hold 0.
        """
        places = window.end[:, None] - 1 - np.arange(size)[None, :]
        there = places >= window.start[:, None]
        column = self._values[name]
        if not len(column):
            return np.zeros(there.shape, np.int64), there
        return np.where(there, column[np.maximum(places, 0)], 0), there


def _key(group: Ints, day: Ints) -> Ints:
    # minimum and maximum: clip takes five times as long for one customer's few rows.
    within = np.minimum(np.maximum(day, -DAYS // 2), DAYS // 2 - 1)
    return group * DAYS + within + DAYS // 2
