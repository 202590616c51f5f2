"""Baselines: what anybody could say without learning; a model that is not better is refused."""

from __future__ import annotations

import numpy as np

from net30.features.invoices import OPEN, Ints, Invoices
from net30.features.settled import Settlements
from net30.scoring.delay_bins import HIGH_RISK, LATE
from net30.scoring.figures import Floats, Told

PRIOR = 3.0
"""So many invoices of the company's own share are added to a customer's."""
NAMES = ("due_date", "customer_median")


def baseline(name: str, history: Invoices, asked: Invoices, day: Ints, horizon: int) -> Told:
    """Return what a baseline says of invoices, each from what was known before its day.

    `due_date`: paid when due, and the company's own shares and quantiles. `customer_median`: the
    customer's own median and quantiles of what was settled, late shares shrunk to the company's.
    """
    known = history.as_of(horizon)
    company = known.delay[known.paid < OPEN]
    if not len(company):
        company = np.zeros(1, np.int64)
    low, middle, high = np.quantile(company, [0.1, 0.5, 0.9])
    whole = np.ones(len(asked))
    late, late30 = (company > LATE).mean(), (company > HIGH_RISK).mean()
    if name == "due_date":
        return Told(
            late=whole * late,
            late30=whole * late30,
            expected=whole * 0.0,
            low=whole * low,
            high=whole * high,
        )
    line = Settlements(history.settled)
    past = line.window(asked.customer, day)
    n = past.count
    own = _own_quantiles(line.delays, past.start, past.end, (low, middle, high))
    return Told(
        late=(past.total("late") + PRIOR * late) / (n + PRIOR),
        late30=(past.total("late30") + PRIOR * late30) / (n + PRIOR),
        expected=own[:, 1],
        low=own[:, 0],
        high=own[:, 2],
    )


def _own_quantiles(
    delay: Ints, start: Ints, end: Ints, company: tuple[float, float, float]
) -> Floats:
    found = np.tile(np.array(company, np.float64), (len(start), 1))
    for row, (first, last) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
        if last > first:
            found[row] = np.quantile(delay[first:last], [0.1, 0.5, 0.9])
    return found
