"""Scheduled cash: when the invoices that schedules will issue are likely to be paid.

Each by its customer's own past delays, to which the company's count as ten more: nobody has scored
an invoice that is not there yet.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from net30.features.invoices import OPEN, Ints, Invoices
from net30.insights.cash_paths import Coming
from net30.insights.expected_cash import day_of
from net30.insights.revenue_projection import ScheduledInvoice
from net30.scoring.distribution import Floats

COMPANY_COUNTS = 10


def scheduled_cash(
    scheduled: Sequence[ScheduledInvoice], known: Invoices, customers: Sequence[str], ends: Ints
) -> Coming:
    """Return amounts and P(paid by) of coming invoices of one currency.

    `customers` are the ids behind the codes of `known`, which is of that currency too.
    """
    settled = known.take(known.paid < OPEN)
    company = np.sort(settled.delay)
    codes = {name: code for code, name in enumerate(customers)}
    rows = []
    for one in scheduled:
        code = codes.get(one.customer_id, -1)
        own = np.sort(settled.delay[settled.customer == code])
        delay = ends - day_of(one.due)
        chance = _share(own, company, delay)
        rows.append(np.where(ends >= day_of(one.day), chance, 0.0))
    names = sorted({one.customer_id for one in scheduled})
    return Coming(
        amount=np.array([one.amount.minor for one in scheduled], np.int64),
        customer=np.array([names.index(one.customer_id) for one in scheduled], np.int64),
        paid_by=np.array(rows).reshape(len(scheduled), len(ends)),
    )


def _share(own: Ints, company: Ints, delay: Ints) -> Floats:
    """Return which share of past delays was at most so long; paid when due without a past."""
    if not len(company):
        return (delay >= 0).astype(np.float64)
    whole = np.searchsorted(company, delay, "right") / len(company)
    mine = np.searchsorted(own, delay, "right")
    found: Floats = (mine + COMPANY_COUNTS * whole) / (len(own) + COMPANY_COUNTS)
    return found
