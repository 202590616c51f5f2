"""Naive cash: what anybody could say of the cash of the next days without a model.

last_period: as much as in as many days before. due_date: every open invoice on its due date, what
is overdue at once; customer_median: with the customer's own median delay (the company's without a
past). Both take new business to be what it was in as many days before, moved on by that time.
"""

from __future__ import annotations

import numpy as np

from net30.features.invoices import OPEN, Ints, Invoices
from net30.scoring.distribution import Floats

RIVALS = ("last_period", "due_date", "customer_median")


def naive_cash(known: Invoices, horizon: int, days: int, last_period: int) -> dict[str, int]:
    """Return what each rival says of the next so many days, in minor units.

    `known` is what was known on the horizon's morning, of one currency; `last_period` what came in
    during the days before.
    """
    unpaid = known.take(known.paid >= OPEN)
    recent = known.take(known.issued >= horizon - days)
    end = horizon + days
    usual = median_delays(known)
    found = {"last_period": last_period}
    for name, delays in (("due_date", {}), ("customer_median", usual)):
        when = unpaid.due + _of(delays, unpaid.customer)
        again = recent.due + _of(delays, recent.customer) + days
        sure = int(unpaid.amount[when < end].sum())
        found[name] = sure + int(recent.amount[again < end].sum())
    return found


def naive_open(known: Invoices, horizon: int, days: int) -> dict[str, int]:
    """Return what rivals say of what is open now only."""
    unpaid = known.take(known.paid >= OPEN)
    found = {}
    for name, delays in (("due_date", {}), ("customer_median", median_delays(known))):
        when = unpaid.due + _of(delays, unpaid.customer)
        found[name] = int(unpaid.amount[when < horizon + days].sum())
    return found


def median_delays(known: Invoices) -> dict[int, float]:
    """Return each customer's median delay in days, and under -1 the company's."""
    settled = known.take(known.paid < OPEN)
    if not len(settled):
        return {}
    order = np.argsort(settled.customer, kind="stable")
    customers, starts = np.unique(settled.customer[order], return_index=True)
    parts = np.split(settled.delay[order], starts[1:])
    found = {-1: float(np.median(settled.delay))}
    found.update(
        (int(one), float(np.median(part))) for one, part in zip(customers, parts, strict=True)
    )
    return found


def _of(delays: dict[int, float], customers: Ints) -> Floats:
    usual = delays.get(-1, 0.0)
    return np.array([delays.get(one, usual) for one in customers.tolist()], np.float64)
