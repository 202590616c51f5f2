"""The invoice itself: what stands on it, and how many were issued or fall due together with it."""

from __future__ import annotations

import numpy as np

from net30.features.alike import terms_days, weekday
from net30.features.invoices import AMOUNT_MAX, Ints, Invoices
from net30.features.ratios import Floats
from net30.features.timeline import DAYS

BATCH_MAX = 50


class Batches:
    """How many invoices a customer got on one day, and has due on one day."""

    def __init__(self, known: Invoices) -> None:
        """Count all invoices that are known: those of the history and those asked about."""
        self._issued = np.sort(_key(known.customer, known.issued))
        self._due = np.sort(_key(known.customer, known.due))

    def features(self, asked: Invoices) -> dict[str, Floats]:
        """Return the columns; an invoice counts itself."""
        return {
            "batch_issued": _count(self._issued, _key(asked.customer, asked.issued)),
            "batch_due": _count(self._due, _key(asked.customer, asked.due)),
        }


def features(asked: Invoices, day: Ints) -> dict[str, Floats]:
    """Return what stands on each invoice; `gap_days` is how old its history is at issue."""
    columns: dict[str, Ints] = {
        "terms_days": terms_days(asked),
        "due_weekday": weekday(asked.due),
        "issue_weekday": weekday(asked.issued),
        "due_day_of_month": _day_of_month(asked.due),
        "issue_day_of_month": _day_of_month(asked.issued),
        "gap_days": asked.issued - day,
    }
    found = {name: column.astype(np.float64) for name, column in columns.items()}
    found["amount"] = np.log2(np.clip(asked.amount, 1, AMOUNT_MAX))
    for name, codes in asked.words.items():
        found[f"word_{name}"] = np.where(codes >= 0, codes, np.nan)
    return found


def _day_of_month(day: Ints) -> Ints:
    dates = day.astype("datetime64[D]")
    found: Ints = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    return found


def _key(customer: Ints, day: Ints) -> Ints:
    return customer * DAYS + day + DAYS // 2


def _count(keys: Ints, asked: Ints) -> Floats:
    count = np.searchsorted(keys, asked, "right") - np.searchsorted(keys, asked, "left")
    found: Floats = np.minimum(count, BATCH_MAX).astype(np.float64)
    return found
