"""Paid by: the chance that each unpaid invoice will have been paid by a day to come.

A bin's probability is spread over those of its days that are left, as the company's payments are
over the days of the week. The last bin has no end:
there the chance of payment is the same on every further day, as the ledger's own very late
invoices have shown (an exponential tail), so that what is a year late is not expected next month.
"""

from __future__ import annotations

from collections.abc import Sequence
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


WEEK, YEAR_DAYS = 7, 365
EVEN = 1
"""One payment a weekday is added: without evidence all days are alike."""
NO_TAIL = Tail(1 / USUAL_DAYS, 0, 0)


def tail_of(known: Invoices, last: int, horizon: int) -> Tail:
    """Return the tail after a delay of `last` days, by what was known on the horizon's morning."""
    settled = known.paid < OPEN
    waited = np.where(settled, known.delay, horizon - known.due) - last
    very_late = waited > 0
    payments, days = int((settled & very_late).sum()), int(waited[very_late].sum())
    return Tail((payments + 1) / (days + USUAL_DAYS), payments, days)


@dataclass(frozen=True, slots=True)
class Paydays:
    """The share of payments on each day from Monday to Sunday: a quiet Sunday passes quickly."""

    shares: tuple[float, ...]

    def passed(self, days: Floats) -> Floats:
        """Return how much paying time has passed by days since 1970-01-01, in weeks."""
        # 1970-01-01 was a Thursday; day d lasts from d - 0.5 to d + 0.5.
        place = days + 3.5
        week = np.floor(place / WEEK)
        upto = np.concatenate([[0.0], np.cumsum(self.shares)])
        found: Floats = week + np.interp(place - week * WEEK, np.arange(WEEK + 1), upto)
        return found


def paydays_of(known: Invoices, horizon: int) -> Paydays:
    """Return the days of the week on which the last year's payments came."""
    recent = known.paid[(known.paid < OPEN) & (known.paid >= horizon - YEAR_DAYS)]
    counts = np.bincount((recent + 3) % WEEK, minlength=WEEK) + EVEN
    return Paydays(tuple((counts / counts.sum()).tolist()))


def paid_by(
    unpaid: Distribution, due: Ints, least: Ints, upto: int | Ints, habits: tuple[Tail, Paydays]
) -> Floats:
    """Return P(paid by the end of a day), given that no delay is less than `least` days.

    `upto` (one for all, or one a row) and `due` are days since 1970-01-01. `unpaid` is what is
    told once it is known that no delay is less (Distribution.given_unpaid); within a bin, payment
    follows the paydays.
    """
    return paid_by_each(unpaid, due, least, (upto,), habits)[:, 0]


def paid_by_each(
    unpaid: Distribution,
    due: Ints,
    least: Ints,
    days: Sequence[int | Ints],
    habits: tuple[Tail, Paydays],
) -> Floats:
    """Return the same for each of several days, a column a day."""
    tail, paydays = habits
    ends, paid = unpaid.ends(), unpaid.paid_by
    rows, last = np.arange(len(least)), len(unpaid.bins) - 1
    found = np.empty((len(least), len(days)))
    for column, upto in enumerate(days):
        # Of the bin that the day lies in a part has passed; those before it have passed whole.
        delay = upto + 0.5 - due
        place = np.clip(ends.searchsorted(delay) - 1, 0, last)
        start = np.maximum(ends[place], least - 0.5)
        end = np.maximum(ends[place + 1], start)
        began, now, ended = (
            paydays.passed(due + one) for one in (start, np.clip(delay, start, end), end)
        )
        inside = (now - began) / np.maximum(ended - began, 1e-12)
        of_tail = -np.expm1(-tail.hazard * np.maximum(delay - start, 0.0))
        inside = np.where(place == last, of_tail, inside)
        mass = unpaid.probabilities[rows, place]
        found[:, column] = paid[rows, place] - mass + mass * inside
    return np.clip(found, 0.0, 1.0)


EVERY_DAY = Paydays((1 / WEEK,) * WEEK)
