"""Judge: what a model would have said of invoices since a day, and what became of them.

Each invoice is asked about at its issue, with the history of that day; those that have fallen due
are judged, paid or not: chosen by the due date, those that paid quickly weigh no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from net30.features.invoices import OPEN, Ints, Invoices
from net30.features.point_in_time import Matrix, PointInTime, seen_from
from net30.scoring.delay_bins import HIGH_RISK, LATE
from net30.scoring.figures import Told
from net30.scoring.model import Model


@dataclass(frozen=True, slots=True)
class Judged:
    """Predictions, outcomes in delay days (of what is open those so far), and whose they were."""

    told: Told
    delay: Ints
    customer: Ints

    def __len__(self) -> int:
        return len(self.delay)


def judge(model: Model, known: Invoices, since: int, horizon: int) -> Judged:
    """Return how a model did on what was issued from `since` on and fell due before `horizon`.

    `known` is what was known on the horizon, coded by the model's own words.
    """
    asked = known.take((known.issued >= since) & (known.due < horizon))
    made = model.distribution(features_of(model, known, asked, horizon))
    calibration = model.card.calibration
    return Judged(
        told=Told(
            late=made.later_than(LATE),
            late30=made.later_than(HIGH_RISK),
            expected=made.quantile(0.5),
            low=made.quantile(calibration.low),
            high=made.quantile(calibration.high),
        ),
        delay=outcomes(asked, horizon),
        customer=asked.customer,
    )


def outcomes(fallen: Invoices, horizon: int) -> Ints:
    """Return the delay days of invoices that fell due before the horizon; so far, of what is open.

    They are known as of the horizon.
    """
    passed = np.maximum(horizon - fallen.due, LATE + 1)
    return np.where(fallen.paid < OPEN, fallen.delay, passed)


def features_of(model: Model, known: Invoices, asked: Invoices, horizon: int) -> Matrix:
    """Return the features at issue of some of the known invoices."""
    names = model.card.features
    past = PointInTime(known, asked, names=names, together=known)
    return past.matrix(seen_from(asked, horizon), names)
