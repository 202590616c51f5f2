"""Made-up payers for tests of what learns: each pays in a way of his own, some of it still open."""

from __future__ import annotations

import numpy as np

from net30.features.invoices import OPEN, Invoices
from net30.features.point_in_time import Matrix, feature_names
from net30.scoring.delay_bins import DelayBins
from net30.training.sample import Sample, make_sample

FIRST, HORIZON = 18_000, 18_400
NAMES = feature_names(["country"])
BINS = DelayBins((-4, 0, 3, 7, 14, 30))


def payers(invoices: int = 500, customers: int = 25, seed: int = 0) -> Invoices:
    """The invoices of some customers, who differ in how late they pay; what was known in the end.

    Those of country 3 pay two weeks later than others would.
    """
    draw = np.random.default_rng(seed)
    customer = draw.integers(0, customers, invoices)
    issued = np.sort(FIRST + draw.integers(0, HORIZON - FIRST, invoices))
    terms = draw.choice([14, 30], invoices)
    country = draw.integers(-1, 4, customers)[customer]
    habit = draw.normal(0, 8, customers)[customer] + 14 * (country == 3)
    delay = np.maximum(np.rint(habit + draw.gamma(2, 2, invoices) - 4), -terms).astype(np.int64)
    paid = issued + terms + delay
    every = Invoices(
        customer=customer,
        issued=issued,
        due=issued + terms,
        amount=np.exp(draw.normal(10, 1, invoices)).astype(np.int64),
        paid=paid,
        known=paid,
        words={"country": country},
    )
    return every.as_of(HORIZON)


def lesson(known: Invoices | None = None) -> Sample:
    """What can be learned from them."""
    return make_sample(known or payers(), HORIZON, BINS, NAMES, gap_max=30, seed=0)


def without_open(known: Invoices) -> Invoices:
    """Only what is settled."""
    return known.take(known.paid < OPEN)


def with_holes(matrix: Matrix, rows: int, seed: int = 0) -> Matrix:
    """So many rows, drawn from some, half of them with a fifth of their values missing."""
    draw = np.random.default_rng(seed)
    drawn = matrix[draw.integers(0, len(matrix), rows)]
    half = drawn[: rows // 2]
    half[draw.random(half.shape) < 0.2] = np.nan
    return drawn
