"""Revenue projection: what will be invoiced in the days to come, with its band.

New business as the past weeks tell it, and what schedules will issue; tax-inclusive and gross of
credit notes to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from net30.insights.cash_paths import DRAWS
from net30.insights.expected_cash import SPANS, Band, band, day_of
from net30.insights.new_business import NewBusiness, new_paths
from net30.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledInvoice:
    """An invoice that a schedule will issue: when, to whom, how much, due when."""

    day: date
    due: date
    customer_id: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueOfSpan:
    """What is invoiced from a day to another, both within; `scheduled` is the part that is known.

    `new` is None with fewer than four weeks of past invoices.
    """

    name: str
    first: date
    last: date
    total: Band
    scheduled: Money
    new: Band | None


def revenue_projection(
    new: NewBusiness | None,
    scheduled: Sequence[ScheduledInvoice],
    currency: str,
    as_of: date,
    spans: Sequence[int] = SPANS,
) -> tuple[RevenueOfSpan, ...]:
    """Return what will be invoiced over the next so many days, by span."""
    horizon = day_of(as_of) + 1
    ends = np.array([horizon - 1 + span for span in spans], np.int64)
    invoiced = np.zeros((DRAWS, len(spans)))
    if new is not None:
        invoiced, _ = new_paths(new, horizon, ends)
    found = []
    for at, span in enumerate(spans):
        last = as_of + timedelta(days=span)
        fixed = sum(one.amount.minor for one in scheduled if as_of < one.day <= last)
        found.append(
            RevenueOfSpan(
                name=f"{span} days",
                first=as_of + timedelta(days=1),
                last=last,
                total=band(invoiced[:, at] + fixed, currency),
                scheduled=Money(fixed, currency),
                new=band(invoiced[:, at], currency) if new is not None else None,
            )
        )
    return tuple(found)
