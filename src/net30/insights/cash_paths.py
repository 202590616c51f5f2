"""Cash paths: what open invoices may bring by some days to come, drawn from their distributions.

Invoices of one customer are late together, and all of them a little (scoring/shared.py): a Gaussian
copula keeps what was told of each invoice, and lets them move together. The largest invoices are
drawn one by one; of all smaller ones the sum is drawn, as a normal distribution with the mean, the
covariances and the shared factors of that sum. The draws come from a fixed seed, so the same books
give the same figures for ever.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from net30.features.invoices import Ints
from net30.scoring.distribution import Floats
from net30.scoring.normal import normal_density, normal_quantile
from net30.scoring.shared import Shared

DRAWS = 2_000
ALONE_MAX = 1_000
"""So many invoices are drawn one by one."""
AT_ONCE = 64
"""So many draws of them fit into a processor's own memory."""
SEED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Amounts to come: minor units, whose they are, and P(paid by) each of some rising days.

    One row an invoice, one column a day; all of one currency.
    """

    amount: Ints
    customer: Ints
    paid_by: Floats

    def __len__(self) -> int:
        return len(self.amount)

    @property
    def mean(self) -> Floats:
        """Return the mean of what will have come by each day."""
        found: Floats = self.amount.astype(np.float64) @ self.paid_by
        return found

    def take(self, rows: Ints | slice) -> Coming:
        """Return some of the rows."""
        return Coming(
            amount=self.amount[rows], customer=self.customer[rows], paid_by=self.paid_by[rows]
        )


def cash_paths(
    coming: Coming, shared: Shared, draws: int = DRAWS, *, alone: int = ALONE_MAX
) -> Floats:
    """Return what will have come by each day: a row a draw, a column a day, never falling.

    Quantiles of 2,000 draws are off by about 4 % of the spread (one standard error at P10).
    """
    random = np.random.default_rng(SEED)
    customers, whose = np.unique(coming.customer, return_inverse=True)
    factors = random.standard_normal((draws, len(customers)))
    everyone = random.standard_normal(draws)
    # The order of the rows must not matter: largest first, then by customer and chances.
    keys = (coming.paid_by[:, 0], whose, -coming.amount) if len(coming) else ()
    order = np.lexsort(keys) if keys else np.zeros(0, np.int64)
    large, small = order[:alone], order[alone:]
    together = np.sqrt(shared.customer) * factors
    together += np.sqrt(shared.company) * everyone[:, None]
    own = np.sqrt(max(1 - shared.customer - shared.company, 0.0))
    found = np.zeros((draws, coming.paid_by.shape[1]))
    if len(large):
        bounds = normal_quantile(coming.paid_by[large]).T.copy()
        amount = coming.amount[large].astype(np.float64)
        for start in range(0, draws, AT_ONCE):
            scores = together[start : start + AT_ONCE].take(whose[large], axis=1)
            scores += own * random.standard_normal(scores.shape)
            for day, bound in enumerate(bounds):
                found[start : start + AT_ONCE, day] = (scores <= bound) @ amount
    if len(small):
        found += _of_many(coming.take(small), whose[small], (factors, everyone), shared, random)
    return np.maximum.accumulate(found, axis=1)


def _of_many(
    coming: Coming,
    whose: Ints,
    drawn: tuple[Floats, Floats],
    shared: Shared,
    random: np.random.Generator,
) -> Floats:
    """Return draws of the sum of many small invoices.

    Each invoice is replaced by the part of it that is linear in the factors (its covariance with
    them, exactly), and what is left by normal noise with the same covariances.
    """
    factors, everyone = drawn
    amount = coming.amount.astype(np.float64)
    slope = -normal_density(np.clip(normal_quantile(coming.paid_by), -10, 10)) * amount[:, None]
    by_customer = np.zeros((factors.shape[1], slope.shape[1]))
    np.add.at(by_customer, whose, slope)
    by_customer *= np.sqrt(shared.customer)
    company = np.sqrt(shared.company) * slope.sum(axis=0)
    # Of one invoice, paid by day one and by day two: P(by the earlier) - P(by one) P(by two).
    weighted = coming.paid_by * (amount**2)[:, None]
    together = np.minimum.outer(np.arange(slope.shape[1]), np.arange(slope.shape[1]))
    covariance = weighted.sum(axis=0)[together] - coming.paid_by.T @ weighted
    explained = slope.T @ slope * (shared.customer + shared.company)
    values, vectors = np.linalg.eigh(covariance - explained)
    spread = vectors * np.sqrt(np.maximum(values, 0.0))
    noise = random.standard_normal((len(everyone), len(values))) @ spread.T
    found: Floats = coming.mean + factors @ by_customer + np.outer(everyone, company) + noise
    return np.clip(found, 0.0, amount.sum())
