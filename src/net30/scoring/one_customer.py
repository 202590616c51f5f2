"""One customer: what a model says of some of a customer's invoices, from that customer's rows.

The same kernel and the same model as for millions of invoices: every feature depends on the rows
of one customer only, so the answers are the same to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass

from net30.features.invoices import Invoices
from net30.features.point_in_time import PointInTime, seen_from
from net30.scoring.distribution import Distribution
from net30.scoring.model import Model


@dataclass(frozen=True, slots=True)
class OneCustomer:
    """A model, and what was known of a customer's other invoices before the horizon."""

    model: Model
    history: Invoices
    horizon: int

    def at_issue(self, asked: Invoices) -> Distribution:
        """Return when invoices would be paid if nothing but their issue were known."""
        names = self.model.card.features
        past = PointInTime(self.history, asked, names=names)
        return self.model.distribution(past.matrix(seen_from(asked, self.horizon), names))
