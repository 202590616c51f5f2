"""Shared: how far invoices of one customer, and of one month, are late together.

Each settled invoice says by its place in what had been told of it (its probability integral
transform, as a normal score) how early or late it came. Were invoices independent, products of two
scores would be 0 on average; their mean, weighted by amounts, over pairs of one customer's invoices
of a month and over pairs of different customers is how much is shared (a Gaussian copula with two
factors; one-way random effects by moments).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from net30.features.invoices import OPEN, Ints, Invoices
from net30.scoring.distribution import Distribution, Floats
from net30.scoring.normal import normal_quantile

MONTH_DAYS = 28
SHARED_MAX = 0.9
PRIOR_CUSTOMER, PRIOR_MONTHS = 0.3, 3
"""Without evidence a third of what makes an invoice late is its customer's; worth three months."""
JUDGED_MIN = 30
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Shared:
    """The correlation of two invoices of one customer, and of any two, beyond what was told.

    `judged` settled invoices of `months` have shown it; `fresh` tells whether the model had
    learned from none of them.
    """

    customer: float
    company: float
    judged: int
    months: int
    fresh: bool


NOTHING_JUDGED = Shared(PRIOR_CUSTOMER, 0.0, 0, 0, fresh=False)


def shared_of(told: Distribution, settled: Invoices, *, fresh: bool) -> Shared:
    """Return what settled invoices shared, from what was told of each at its issue."""
    assert (settled.paid < OPEN).all()
    if len(settled) < JUDGED_MIN:
        return NOTHING_JUDGED
    scores = place_scores(told, settled.delay)
    weight = np.minimum(settled.amount, np.quantile(settled.amount, 0.99)).astype(np.float64)
    month = settled.due // MONTH_DAYS
    _, by_customer = np.unique(
        np.column_stack([settled.customer, month]), axis=0, return_inverse=True
    )
    months, by_month = np.unique(month, return_inverse=True)
    one, pairs = _pairs(scores, weight, by_customer)
    every, all_pairs = _pairs(scores, weight, by_month)
    company = _ratio(every - one, all_pairs - pairs)
    count = len(months)
    trust = count / (count + PRIOR_MONTHS)
    company = trust * float(np.clip(company, 0.0, SHARED_MAX / 2))
    customer = trust * _ratio(one, pairs) + (1 - trust) * PRIOR_CUSTOMER - company
    return Shared(
        # Rounded: the order in which customers are counted must not show.
        customer=round(float(np.clip(customer, 0.0, SHARED_MAX - company)), DECIMALS),
        company=round(company, DECIMALS),
        judged=len(settled),
        months=count,
        fresh=fresh,
    )


def place_scores(told: Distribution, delay: Ints) -> Floats:
    """Return each delay's place in what was told of it, as a normal score; 0 is the median."""
    bins = told.bins.of(delay)
    upto = np.cumsum(told.probabilities, axis=1)
    rows = np.arange(len(delay))
    mass = told.probabilities[rows, bins]
    middle = np.clip(upto[rows, bins] - mass / 2, 0.001, 0.999)
    return normal_quantile(middle)


def _pairs(scores: Floats, weight: Floats, group: Ints) -> tuple[float, float]:
    """Return the sum of products over pairs within groups, and that of their weights."""
    product = np.bincount(group, weight * scores) ** 2
    weights = np.bincount(group, weight) ** 2
    own, own_weight = (weight * scores) ** 2, weight**2
    return float(product.sum() - own.sum()), float(weights.sum() - own_weight.sum())


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else 0.0
