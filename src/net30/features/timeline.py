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
AT_A_GLANCE = 2**12
"""Questions times events: up to so many it is quicker to look at every event than to sort them."""


class Timeline:
    """Events of groups; groups and days are whole numbers, days from -131072 to 131071."""

    def __init__(
        self, group: Ints, day: Ints, values: Mapping[str, Ints | Flags], rank: Ints | None = None
    ) -> None:
        """Take the events with what is to be added up; they are sorted once a question needs it.

        `rank`, from 0 to 4095, orders the events of one day; without it their order is any, which
        no sum can tell. With it groups must be below 2^33, else below 2^45.
        """
        self.keys = key_of(group, day)
        self.given = values
        self._rank = rank
        self._glanced = False
        self._sums: dict[str, Ints] = {}

    def before(self, group: Ints, day: Ints) -> Past:
        """Return the events of each group before each day; asked once more, they are sorted."""
        if not self._glanced and group.size * self.keys.size <= AT_A_GLANCE:
            self._glanced = True
            return Glance(self, group, day)
        return self.window(group, day)

    def window(self, group: Ints, day: Ints) -> Window:
        """Return the same by places in the sorted events.

        Questions in the order of groups and days are answered several times as fast as mixed ones.
        """
        end = self._sorted.searchsorted(key_of(group, day))
        if end.size < FEW:
            return Window(self, self._sorted.searchsorted(group * DAYS), end)
        first, groups = self._groups
        return Window(self, np.where(groups[end] == group, first[end], end), end)

    @cached_property
    def days(self) -> Ints:
        """Return the day of each event, in the order of groups and days."""
        found: Ints = self._sorted % DAYS + FIRST
        return found

    def values(self, name: str) -> Ints:
        """Return a value of each event, in the order of groups and days."""
        found: Ints = np.asarray(self.given[name], np.int64)[self._order]
        return found

    def sums(self, name: str) -> Ints:
        """Return the sums of a value before each event, and of all of them at the end."""
        found = self._sums.get(name)
        if found is None:
            found = self._sums[name] = np.zeros(len(self.keys) + 1, np.int64)
            self.values(name).cumsum(out=found[1:])
        return found

    @cached_property
    def _order(self) -> Ints:
        ranked = self.keys if self._rank is None else self.keys * RANKS + self._rank
        return ranked.argsort()

    @cached_property
    def _sorted(self) -> Ints:
        found: Ints = self.keys[self._order]
        return found

    @cached_property
    def _groups(self) -> tuple[Ints, Ints]:
        """Return, for each place, where the group of the event before it begins, and that group."""
        groups = np.append(-1, self._sorted // DAYS)
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
        sums = self.line.sums(name)
        found: Ints = sums[self.end] - sums[self.start]
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


@dataclass(frozen=True)
class Glance:
    """The same answers as a window's, of a few events: each is looked at, none is sorted."""

    line: Timeline
    group: Ints
    day: Ints

    @cached_property
    def count(self) -> Ints:
        """Return how many events lie in each window."""
        found: Ints = self._there.sum(axis=-1)
        return found

    def total(self, name: str) -> Ints:
        """Return the sum of a value over each window."""
        found: Ints = self._there @ self.line.given[name]
        return found

    def latest(self, values: Ints, size: int) -> tuple[Ints, Flags]:
        """Return the last of the line's values, as a window does."""
        return self._window.latest(values, size)

    @cached_property
    def _there(self) -> Ints:
        """Return 1 for each event that a question is about, in the last axis, else 0."""
        keys, group = self.line.keys, self.group[..., None]
        there = (keys >= group * DAYS) & (keys < key_of(group, self.day[..., None]))
        return there.astype(np.int64)

    @cached_property
    def _window(self) -> Window:
        return self.line.window(self.group, self.day)


Past = Window | Glance


def key_of(group: Ints, day: Ints) -> Ints:
    """Return one number for a group and a day; those of a group follow each other by day."""
    # minimum and maximum: clip takes five times as long for one customer's few rows.
    found: Ints = group * DAYS + (np.minimum(np.maximum(day, FIRST), LAST) - FIRST)
    return found
