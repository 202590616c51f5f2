"""Score: what a model says of invoices, each from what was known before its day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from net30.features.invoices import Ints, Invoices
from net30.features.point_in_time import PointInTime, seen_from
from net30.scoring.delay_bins import HIGH_RISK, LATE
from net30.scoring.distribution import Distribution
from net30.scoring.figures import Told
from net30.scoring.model import Model

ANY_DAY = -100_000
"""As the least delay that is possible: any is."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Invoices to score: what is known of the past, those asked about, and every one once.

    `horizon` is the first day that the history does not cover any more.
    """

    history: Invoices
    asked: Invoices
    together: Invoices
    horizon: int


def score(model: Model, about: Asked, progress: Progress) -> Told:
    """Return what a model says; whoever is unpaid on the horizon is known to be so.

    The history is taken at the earlier of issue day and horizon. Delays are in days; `expected` is
    the median, `low` and `high` hold 80 % between them.
    """
    known = about.history.as_of(about.horizon)
    past = PointInTime(known, about.asked, names=model.card.features, together=about.together)
    told = _room_for(len(about.asked))
    done = 0
    for rows, matrix in past.in_parts(seen_from(about.asked, about.horizon), model.card.features):
        least = least_delay(about.asked.take(rows), about.horizon)
        made = given(model.distribution(matrix), least)
        low, high = model.card.calibration.low, model.card.calibration.high
        told.late[rows] = made.later_than(LATE)
        told.late30[rows] = made.later_than(HIGH_RISK)
        told.expected[rows] = np.maximum(made.quantile(0.5), least)
        told.low[rows] = np.maximum(made.quantile(low), least)
        told.high[rows] = np.maximum(made.quantile(high), least)
        done += len(rows)
        progress(done, len(about.asked))
    return told


def least_delay(asked: Invoices, horizon: int) -> Ints:
    """Return the least delay that is still possible: of an issued invoice the days past due."""
    return np.where(asked.issued < horizon, horizon - asked.due, ANY_DAY)


def given(made: Distribution, least: Ints) -> Distribution:
    """Return distributions once it is known that no delay is less."""
    some = np.flatnonzero(least > ANY_DAY)
    if not len(some):
        return made
    told = Distribution(made.bins, made.probabilities[some]).given_unpaid(least[some])
    if len(some) == len(least):
        return told
    every = made.probabilities.copy()
    every[some] = told.probabilities
    return Distribution(made.bins, every)


def _room_for(rows: int) -> Told:
    late, late30, expected, low, high = (np.empty(rows) for _ in range(5))
    return Told(late=late, late30=late30, expected=expected, low=low, high=high)
