"""Timeline: what happened in each group, in the order of days, with running sums.

A question is always about the days strictly before a day, so the order within a day never
matters and nothing of the day itself, or later, can be seen. Sums are of whole numbers: every
engine gets the same ones, to the bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from net30.features.invoices import Flags, Ints

DAYS = 2**18
"""Room for days in a key: 700 years; a group's number is shifted past it."""
FIRST, LAST = -(DAYS // 2), DAYS // 2 - 1
RANKS = 2**12
FEW = 1_000


class Timeline:
    """Events of groups; groups and days are whole numbers, days from -131072 to 131071."""

    def __init__(
        self, group: Ints, day: Ints, values: Mapping[str, Ints | Flags], rank: Ints | None = None
    ) -> None:
        """Sort the events once; a value is added up along the order when it is first asked for.

        `rank`, from 0 to 4095, orders the events of one day; without it their order is any, which
        no sum can tell. With it groups must be below 2^33, else below 2^45.
        """
        keys = key_of(group, day)
        self._order = (keys if rank is None else keys * RANKS + rank).argsort()
        self._keys = keys[self._order]
        self._given = values
        self._values: dict[str, Ints] = {}
        self._sums: dict[str, Ints] = {}

    def before(self, group: Ints, day: Ints) -> Window:
        """Return the events of each group strictly before each day.

        Questions in the order of groups and days are answered several times as fast as mixed ones.
        """
        end = self._keys.searchsorted(key_of(group, day))
        if len(group) < FEW:
            return Window(self, self._keys.searchsorted(group * DAYS), end)
        # Many questions: looking up is faster than searching, once the groups are known.
        first, groups = self._groups
        return Window(self, np.where(groups[end] == group, first[end], end), end)

    @cached_property
    def _groups(self) -> tuple[Ints, Ints]:
        """Return, for each place, the group of the event before it, and where that begins."""
        groups = np.append(-1, self._keys // DAYS)
        begins = np.flatnonzero(groups[1:] != groups[:-1])
        first = np.zeros(len(groups), np.int64)
        first[begins + 1] = begins
        return np.maximum.accumulate(first), groups

    def values(self, name: str) -> Ints:
        """Return a value in the timeline's order, which windows point into."""
        if name not in self._values:
            self._values[name] = self._given[name][self._order].astype(np.int64, copy=False)
        return self._values[name]

    def sums(self, name: str) -> Ints:
        """Return the sum of a value over all events before each place, and over all of them."""
        if name not in self._sums:
            sums = np.zeros(len(self._order) + 1, np.int64)
            self._given[name][self._order].cumsum(out=sums[1:])
            self._sums[name] = sums
        return self._sums[name]


@dataclass(frozen=True)
class Window:
    """For each question, the places in a timeline from `start` up to, not with, `end`."""

    line: Timeline
    start: Ints
    end: Ints

    @cached_property
    def count(self) -> Ints:
        """Return how many events lie in each window."""
        return self.end - self.start

    def total(self, name: str) -> Ints:
        """Return the sum of a value over each window."""
        sums = self.line.sums(name)
        found: Ints = sums[self.end] - sums[self.start]
        return found

    def latest(self, name: str, size: int) -> tuple[Ints, Flags]:
        """Return the last values of each window, newest first, and which of them there are.

        The arrays have one row a question and `size` columns; absent places hold 0.
        """
        places = self.end[:, None] - np.arange(1, size + 1)
        there = places >= self.start[:, None]
        values = self.line.values(name)
        if not len(values):
            return np.zeros(there.shape, np.int64), there
        return values.take(places, mode="clip") * there, there


def key_of(group: Ints, day: Ints) -> Ints:
    """Return one number for a group and a day; those of a group follow each other by day."""
    # minimum and maximum: clip takes five times as long for one customer's few rows.
    found: Ints = group * DAYS + (np.minimum(np.maximum(day, FIRST), LAST) - FIRST)
    return found
