"""Paid by: the chance that each unpaid invoice will have been paid by a day to come.

A bin's probability is spread evenly over those of its days that are left. The last bin has no end:
there the chance of payment is the same on every further day, as the ledger's own very late
invoices have shown (an exponential tail), so that what is a year late is not expected next month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from net30.features.invoices import OPEN, Ints, Invoices
from net30.scoring.distribution import Distribution, Floats

USUAL_DAYS = 60
"""Without any evidence a very late invoice waits so many further days: it counts as one payment."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The daily chance of payment of what is later than the last bin's start.

    From so many payments over so many days of waiting in all.
    """

    hazard: float
    payments: int
    days: int


NO_TAIL = Tail(1 / USUAL_DAYS, 0, 0)


def tail_of(known: Invoices, last: int, horizon: int) -> Tail:
    """Return the tail after a delay of `last` days, by what was known on the horizon's morning."""
    settled = known.paid < OPEN
    waited = np.where(settled, known.delay, horizon - known.due) - last
    very_late = waited > 0
    payments, days = int((settled & very_late).sum()), int(waited[very_late].sum())
    return Tail((payments + 1) / (days + USUAL_DAYS), payments, days)


def paid_by(unpaid: Distribution, least: Ints, upto: Ints, tail: Tail) -> Floats:
    """Return P(delay <= upto), given that no delay is less than `least`; days, one each a row.

    `unpaid` is what is told once that is known (Distribution.given_unpaid).
    """
    rows = np.arange(len(least))
    ends = unpaid.ends()
    start = np.maximum(ends[:-1][None, :], (least - 0.5)[:, None])
    day = (upto + 0.5)[:, None]
    width = np.maximum(ends[1:][None, :] - start, 1e-9)
    inside = np.clip((day - start) / width, 0.0, 1.0)
    waited = np.maximum(day[:, 0] - start[rows, -1], 0.0)
    inside[:, -1] = -np.expm1(-tail.hazard * waited)
    found: Floats = (unpaid.probabilities * inside).sum(axis=1)
    return np.clip(found, 0.0, 1.0)
