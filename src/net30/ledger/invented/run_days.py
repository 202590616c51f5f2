"""Run days: the days on which customers pay; money that is ready earlier waits for the next one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from net30.ledger.invented.chance import Flags, Ints
from net30.ledger.invented.law import Run
from net30.ledger.invented.seasons import month_ends, ordinals, weekdays

_WORKING_WEEKDAYS = 5
_MARGIN_DAYS = 80
"""Every kind of run has a day within so many days."""


class RunDays:
    """The run days of several kinds of customers, from one day to another."""

    def __init__(self, runs: Sequence[Run], first: int, last: int) -> None:
        """Lay out the days from `first` to `last`, and some around them."""
        self._start = first - _MARGIN_DAYS
        days = np.arange(self._start, last + _MARGIN_DAYS + 1)
        self._latest = np.empty((len(runs), len(days)), np.int64)
        self._following = np.empty((len(runs), len(days)), np.int64)
        for place, run in enumerate(runs):
            paying = days[_is_run_day(run, days)]
            behind = np.searchsorted(paying, days, "right") - 1
            self._latest[place] = np.where(behind >= 0, paying[np.maximum(behind, 0)], first - 1)
            ahead = np.minimum(np.searchsorted(paying, days, "left"), len(paying) - 1)
            self._following[place] = paying[ahead]

    def latest(self, run: Ints, day: Ints) -> Ints:
        """Return the last run day up to each day."""
        found: Ints = self._latest[run, day - self._start]
        return found

    def following(self, run: Ints, day: Ints) -> Ints:
        """Return the first run day from each day on."""
        found: Ints = self._following[run, day - self._start]
        return found


def _is_run_day(run: Run, days: Ints) -> Flags:
    if run.weekdays:
        return np.isin(weekdays(days), run.weekdays)
    working = days[weekdays(days) < _WORKING_WEEKDAYS]
    wanted = [_in_every_month(days, day) for day in run.month_days]
    moved = np.searchsorted(working, np.concatenate(wanted), "left")
    return np.isin(days, working[moved[moved < len(working)]])


def _in_every_month(days: Ints, day_of_month: int) -> Ints:
    months = np.unique(ordinals(days)).astype("datetime64[M]").astype("datetime64[D]")
    first = months.astype(np.int64)
    found: Ints = np.minimum(first + day_of_month - 1, month_ends(first))
    return found
