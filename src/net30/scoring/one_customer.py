"""One customer: what a model says of some of a customer's invoices, from that customer's rows.

The same kernel and the same model as for millions of invoices: every feature depends on the rows
of one customer only, so the answers are the same to the bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from net30.features.invoices import Invoices
from net30.features.point_in_time import Matrix, PointInTime, feature_names, seen_from
from net30.scoring.distribution import Distribution
from net30.scoring.model import Model


@dataclass(frozen=True, slots=True)
class OneCustomer:
    """A model, and what was known of a customer's other invoices before the horizon."""

    model: Model
    history: Invoices
    horizon: int

    def features(self, asked: Invoices) -> Matrix:
        """Return the features that the model takes, a row an invoice."""
        names = self.model.card.features
        past = PointInTime(self.history, asked, names=names)
        return past.matrix(seen_from(asked, self.horizon), names)

    def every_feature(self, asked: Invoices) -> dict[str, float]:
        """Return all features of one invoice by name, also those that the model does not take.

        They are 32-bit numbers, as the model sees them.
        """
        names = feature_names(sorted(asked.words))
        past = PointInTime(self.history, asked, names=names)
        row = past.matrix(seen_from(asked, self.horizon), names)
        return dict(zip(names, row[0].tolist(), strict=True))

    def row_of(self, features: Mapping[str, float]) -> Matrix:
        """Return the features that the model takes, from all of them."""
        return np.array([[features[name] for name in self.model.card.features]], np.float32)

    def at_issue(self, asked: Invoices) -> Distribution:
        """Return when invoices would be paid if nothing but their issue were known."""
        return self.model.distribution(self.features(asked))
