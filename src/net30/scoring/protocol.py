"""Protocol: which invoices of a history are learned from, and which are judged, and when.

Invoices are ordered by issue date. The cut is the issue date below which 80 % of them lie: what
was issued before it is learned from, by what was paid and known before it; what was issued on it
or later and has been paid since is judged. One that is still unpaid at the end has no outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from net30.features.invoices import OPEN, Ints, Invoices

LEARNED_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Window:
    """Invoices that are judged together, by the ledger as it was on the morning of a day."""

    day: int
    rows: Ints


def cut_day(issued: Ints) -> int:
    """Return the first issue day of what is judged; `issued` holds at least one day."""
    return int(np.sort(issued)[int(LEARNED_SHARE * len(issued))])


def judged_rows(every: Invoices, cut: int) -> Ints:
    """Return the places of the invoices that are judged, in the order of their issue."""
    rows: NDArray[np.int64] = np.flatnonzero((every.issued >= cut) & (every.paid < OPEN))
    return rows[np.argsort(every.issued[rows], kind="stable")]


def windows(issued: Ints, count: int) -> list[Window]:
    """Return about so many consecutive windows of about equal size, cut only between days.

    `issued` are the issue days of what is judged, in order; the rows are places in it. Fewer come
    out where one day holds more than a window's share.
    """
    first = sorted({int(issued[at * len(issued) // count]) for at in range(count)})
    place = np.searchsorted(issued, first, side="left")
    ends = [*place[1:].tolist(), len(issued)]
    return [
        Window(day, np.arange(start, end))
        for day, start, end in zip(first, place.tolist(), ends, strict=True)
    ]


def without_outcome(asked: Invoices) -> Invoices:
    """Return the same invoices as unpaid: nobody who is asked may see what became of them."""
    unknown = np.full(len(asked), OPEN)
    return replace(asked, paid=unknown, known=unknown)
