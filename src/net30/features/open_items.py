"""Open items: what the customer owes on the day, and how late that already is.

An open invoice is a fact too: it has not been paid by now. Counting only what was settled would
see the quick payments of a slow payer and miss the rest.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from net30.features.alike import terms_days
from net30.features.invoices import AMOUNT_MAX, Ints, Invoices
from net30.features.ratios import Features, Floats, share
from net30.features.settled import OVERDUE_DAYS, Settled, was_overdue
from net30.features.timeline import Past, Timeline

COUNT_MAX = 100
SO_LONG = np.array(OVERDUE_DAYS)[:, None]


class Items:
    """Each customer's invoices by the day on which they were issued, and on which they fell due."""

    def __init__(self, history: Invoices) -> None:
        """Keep a history; it is sorted once a feature needs it."""
        self._history = history

    @cached_property
    def issued(self) -> Timeline:
        """Return all invoices by issue."""
        history = self._history
        amount = np.minimum(np.maximum(history.amount, 0), AMOUNT_MAX)
        values = {"amount": amount, "terms": terms_days(history)}
        return Timeline(history.customer, history.issued, values)

    @cached_property
    def fell_due(self) -> Timeline:
        """Return all invoices by the day on which they fell due."""
        history = self._history
        return Timeline(history.customer, history.fell_due, was_overdue(history))


class Owed:
    """What each question's customer owed on the morning of its day."""

    def __init__(self, items: Items, settled: Settled, asked: Invoices, day: Ints) -> None:
        """Ask the items, once a feature needs them, and what has been settled of them."""
        self.asked = asked
        self._items, self._settled, self._day = items, settled, day

    @cached_property
    def issued(self) -> Past:
        """Return the invoices issued before the day."""
        return self._items.issued.before(self.asked.customer, self._day)

    @cached_property
    def still(self) -> Ints:
        """Return how many of them are open."""
        return self.issued.count - self._settled.window.count

    def usual(self, name: str) -> Floats:
        """Return the mean of what was issued."""
        return share(self.issued.total(name), self.issued.count)

    def amount_to_usual(self) -> Floats:
        """Return the doublings by which an amount is above the customer's mean."""
        amount = np.minimum(np.maximum(self.asked.amount, 1), AMOUNT_MAX)
        found: Floats = np.log2(amount) - np.log2(np.maximum(self.usual("amount"), 1))
        return found

    @cached_property
    def overdue(self) -> dict[int, Ints]:
        """Return how many are open for more than so many days past due, by these days.

        All that have come to be so late by now, less those that were settled since.
        """
        return {
            days: self._fell_due.total(f"overdue{days}")[place]
            - self._settled.window.total(f"overdue{days}")
            for place, days in enumerate(OVERDUE_DAYS)
        }

    def overdue_days(self) -> Floats:
        """Return the mean of the days past due of those that are."""
        due = self._fell_due.total("overdue_due")[0] - self._settled.window.total("overdue_due")
        return share(self.overdue[0] * self._day - due, self.overdue[0])

    def overdue_to_settled(self) -> Floats:
        """Return what is overdue, to that and all that was settled."""
        count = self.overdue[0]
        return share(count, count + self._settled.window.count + 1)

    @cached_property
    def _fell_due(self) -> Past:
        """Return, a row for each of the days, what had fallen due so long before."""
        day = self._day - SO_LONG
        return self._items.fell_due.before(self.asked.customer + 0 * day, day)


FEATURES: Features[Owed] = {
    ("open_count",): lambda owed: np.minimum(owed.still, COUNT_MAX),
    ("amount_to_usual",): Owed.amount_to_usual,
    ("terms_to_usual",): lambda owed: terms_days(owed.asked) - owed.usual("terms"),
    ("overdue0_count",): lambda owed: np.minimum(owed.overdue[0], COUNT_MAX),
    ("overdue_days_mean",): Owed.overdue_days,
    ("overdue_share",): lambda owed: share(owed.overdue[0], owed.still),
    ("overdue_to_settled",): Owed.overdue_to_settled,
    ("overdue7_count",): lambda owed: np.minimum(owed.overdue[7], COUNT_MAX),
    ("overdue30_count",): lambda owed: np.minimum(owed.overdue[30], COUNT_MAX),
}
