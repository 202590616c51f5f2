"""Open items: what the customer owes on the day, and how late that already is.

An open invoice is a fact too: it has not been paid by now. Counting only what was settled would
see the quick payments of a slow payer and miss the rest.
"""

from __future__ import annotations

import numpy as np

from net30.features.alike import terms_days
from net30.features.invoices import AMOUNT_MAX, OPEN, Ints, Invoices
from net30.features.ratios import Floats, share
from net30.features.timeline import Timeline

OVERDUE_DAYS = (0, 7, 30)
"""So many days past due, at least."""
COUNT_MAX = 100


class OpenItems:
    """Each customer's invoices by the days on which they were issued, fell due and were settled."""

    def __init__(self, history: Invoices) -> None:
        """Keep a history's issue, due and settlement days."""
        customer, settled = history.customer, history.settled_on
        paid = settled < OPEN
        amount = np.clip(history.amount, 0, AMOUNT_MAX)
        self._issued = Timeline(
            customer, history.issued, {"amount": amount, "terms": terms_days(history)}
        )
        self._settled = Timeline(customer[paid], settled[paid], {})
        fell = np.maximum(history.due, history.issued)
        values = {"due": history.due, "amount": amount}
        paid_values = {name: column[paid] for name, column in values.items()}
        self._fell_due = {
            days: (
                Timeline(customer, fell + days, values),
                Timeline(customer[paid], np.maximum(fell[paid] + days, settled[paid]), paid_values),
            )
            for days in OVERDUE_DAYS
        }

    def features(self, asked: Invoices, day: Ints) -> dict[str, Floats]:
        """Return the columns for invoices, each as of its day."""
        issued = self._issued.before(asked.customer, day)
        n = issued.count
        settled = self._settled.before(asked.customer, day).count
        still = n - settled
        amount = np.clip(asked.amount, 1, AMOUNT_MAX)
        mean = share(self._issued.total(issued, "amount"), n)
        found: dict[str, Floats] = {
            "open_count": np.minimum(still, COUNT_MAX).astype(np.float64),
            "amount_to_usual": np.log2(amount) - np.log2(np.maximum(mean, 1)),
            "terms_to_usual": terms_days(asked) - share(self._issued.total(issued, "terms"), n),
        }
        for days in OVERDUE_DAYS:
            count, late_days = self._overdue(asked.customer, day, days)
            found[f"overdue{days}_count"] = np.minimum(count, COUNT_MAX).astype(np.float64)
            if not days:
                found["overdue_days_mean"] = share(late_days, count)
                found["overdue_share"] = share(count, still)
                found["overdue_to_settled"] = share(count, count + settled + 1)
        return found

    def _overdue(self, customer: Ints, day: Ints, days: int) -> tuple[Ints, Ints]:
        """Return how many are open and so late, and the sum of their days past due."""
        due, cleared = self._fell_due[days]
        fell, gone = due.before(customer, day), cleared.before(customer, day)
        count = fell.count - gone.count
        return count, count * day - (due.total(fell, "due") - cleared.total(gone, "due"))
