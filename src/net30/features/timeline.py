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
"""So many questions are answered by searches alone; for more it pays to know where groups begin."""


class Timeline:
    """Events of groups; groups and days are whole numbers, days from -131072 to 131071."""

    def __init__(
        self, group: Ints, day: Ints, values: Mapping[str, Ints | Flags], rank: Ints | None = None
    ) -> None:
        """Sort the events once, and add up each of the values along the order.

        `rank`, from 0 to 4095, orders the events of one day; without it their order is any, which
        no sum can tell. With it groups must be below 2^33, else below 2^45.
        """
        keys = key_of(group, day)
        order = (keys if rank is None else keys * RANKS + rank).argsort()
        self._keys = keys[order]
        self.rows = {name: row for row, name in enumerate(values)}
        # The sums before each event, and of all of them at the end.
        self.sums = np.zeros((len(values), len(keys) + 1), np.int64)
        np.array([*values.values()])[:, order].cumsum(axis=1, out=self.sums[:, 1:])

    def before(self, group: Ints, day: Ints) -> Window:
        """Return the events of each group strictly before each day.

        Questions in the order of groups and days are answered several times as fast as mixed ones.
        """
        end = self._keys.searchsorted(key_of(group, day))
        if end.size < FEW:
            return Window(self, self._keys.searchsorted(group * DAYS), end)
        first, groups = self._groups
        return Window(self, np.where(groups[end] == group, first[end], end), end)

    @cached_property
    def days(self) -> Ints:
        """Return the day of each event, in the order of groups and days."""
        found: Ints = self._keys % DAYS + FIRST
        return found

    def values(self, name: str) -> Ints:
        """Return a value of each event, in the order of groups and days."""
        sums = self.sums[self.rows[name]]
        found: Ints = sums[1:] - sums[:-1]
        return found

    @cached_property
    def _groups(self) -> tuple[Ints, Ints]:
        """Return, for each place, where the group of the event before it begins, and that group."""
        groups = np.append(-1, self._keys // DAYS)
        begins = np.flatnonzero(groups[1:] != groups[:-1])
        first = np.zeros(len(groups), np.int64)
        first[begins + 1] = begins
        return np.maximum.accumulate(first), groups


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
        found: Ints = self._totals[self.line.rows[name]]
        return found

    @cached_property
    def _totals(self) -> Ints:
        sums = self.line.sums
        found: Ints = sums[:, self.end] - sums[:, self.start]
        return found

    def latest(self, values: Ints, size: int) -> tuple[Ints, Flags]:
        """Return the last of the line's values in each window, newest first, and which there are.

        The arrays have one row a question and `size` columns; absent places hold 0.
        """
        places = self.end[:, None] - np.arange(1, size + 1)
        there = places >= self.start[:, None]
        if not len(values):
            return np.zeros(there.shape, np.int64), there
        return values.take(places, mode="clip") * there, there


def key_of(group: Ints, day: Ints) -> Ints:
    """Return one number for a group and a day; those of a group follow each other by day."""
    # minimum and maximum: clip takes five times as long for one customer's few rows.
    found: Ints = group * DAYS + (np.minimum(np.maximum(day, FIRST), LAST) - FIRST)
    return found
