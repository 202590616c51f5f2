"""Received: the cash that came in between two days, refunds taken off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from net30.features.invoices import Ints
from net30.insights.expected_cash import day_of
from net30.kernel.money import Money
from net30.ledger import compute
from net30.ledger.schema import Fact

CASH = (Fact.PAYMENT.value, Fact.REFUND.value)


@dataclass(frozen=True, slots=True)
class Received:
    """Payments of one currency: their days (since 1970-01-01), sorted, and running sums."""

    currency: str
    days: Ints
    sums: Ints

    def between(self, first: date, last: date) -> Money:
        """Return what came in from a day to another, both within."""
        start, end = np.searchsorted(self.days, [day_of(first), day_of(last) + 1])
        return Money(int(self.sums[end] - self.sums[start]), self.currency)


def received(facts: pa.Table, currency: str, as_of: date) -> Received:
    """Return the cash of a currency that a ledger knew of at the end of a day."""
    seen = facts.filter(
        compute.both(
            compute.both(
                compute.at_most(facts["known_on"], as_of), compute.at_most(facts["day"], as_of)
            ),
            compute.both(
                compute.within(compute.text(facts["fact"]), CASH),
                compute.equal(compute.text(facts["currency"]), currency),
            ),
        )
    )
    days = np.asarray(compute.column(seen, "day").cast(pa.int32())).astype(np.int64)
    amount = -np.asarray(compute.column(seen, "amount").to_numpy(zero_copy_only=False))
    order = np.argsort(days, kind="stable")
    sums = np.concatenate([[0], np.cumsum(amount[order])]).astype(np.int64)
    return Received(currency, days[order], sums)
