"""Trials: a way of learning tried in the order of time, inside what is known.

At a few days in the past a model learns from what was known then and is asked about the invoices
that came next; what became of them by now is the judge. Nothing later than the horizon is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from net30.features.invoices import OPEN, Ints, Invoices
from net30.features.point_in_time import Matrix, PointInTime, seen_from
from net30.features.words_then import coded_then
from net30.scoring.delay_bins import LATE, bins_for
from net30.scoring.distribution import Distribution
from net30.training.family import Family, Setup
from net30.training.sample import Sample, columns, make_sample

CUTS = (0.6, 0.75, 0.88)
"""Shares of the invoices that are older than each trial's day."""
GAP_DAYS_MAX = 60
BINS = 18
ASKED_MIN = 30
EXAMPLES_MAX = 60_000
"""A trial learns from so many examples at most: enough to tell two ways of learning apart. The
model that is published learns from all of them."""


@dataclass(frozen=True, slots=True)
class Question:
    """One day of the past: what to learn from then, what to ask, and what is known of it now."""

    sample: Sample
    history: Invoices
    asked: Invoices
    matrix: Matrix
    horizon: int

    def narrowed(self, names: Sequence[str]) -> Question:
        """Return the same question with some of the features only."""
        matrix = columns(self.matrix, self.sample.names, names)
        return replace(self, sample=self.sample.narrowed(names), matrix=matrix)

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Return which of the asked invoices are settled by now."""
        found: NDArray[np.bool_] = self.asked.paid < OPEN
        return found

    @property
    def judged(self) -> NDArray[np.bool_]:
        """Return of which it is known by now whether they were late: all that have fallen due.

        Chosen by the due date, not by the payment: those that paid quickly must not weigh more.
        """
        found: NDArray[np.bool_] = self.asked.due < self.horizon
        return found

    @property
    def delay(self) -> Ints:
        """Return the delay days; of an open invoice those that have passed so far."""
        passed = self.horizon - self.asked.due
        return np.where(self.settled, self.asked.delay, np.maximum(passed, LATE + 1))


def gap_days(known: Invoices) -> int:
    """Return how old a history a model is shown: at most a quarter of the ledger, or 60 days."""
    span = int(known.issued.max() - known.issued.min()) if len(known) else 0
    return min(GAP_DAYS_MAX, span // 4)


def questions(known: Invoices, horizon: int, names: Sequence[str], seed: int) -> list[Question]:
    """Return the trials that a ledger allows; none where it is too small to tell anything."""
    gap = gap_days(known)
    issued = np.sort(known.issued)
    found = []
    for share in CUTS if len(known) else ():
        day = int(issued[int(share * len(issued))])
        then = known.as_of(day)
        later = known.take((known.issued >= day) & (known.issued <= day + gap))
        if not (then.paid < OPEN).any() or (later.due < horizon).sum() < ASKED_MIN:
            continue
        then, later = coded_then(then, later)
        bins = bins_for(then.delay[then.paid < OPEN], BINS)
        sample = make_sample(then, day, bins, names, gap_max=gap, seed=seed)
        sample = sample.thinned(EXAMPLES_MAX, seed)
        matrix = PointInTime(then, later, names=names).matrix(seen_from(later, day), names)
        found.append(Question(sample, then, later, matrix, horizon))
    return found


def answers(
    family: Family, setup: Setup, asked: Sequence[Question], seed: int
) -> list[Distribution]:
    """Return what a family, set up so, says to each question."""
    found = []
    for question in asked:
        one = question.narrowed(family.wanted(setup, question.sample.names))
        fitted = family.fit(one.sample, setup, seed)
        found.append(Distribution(one.sample.bins, fitted.probabilities(one.matrix)))
    return found
