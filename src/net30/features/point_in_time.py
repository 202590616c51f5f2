"""Point in time: the features of invoices, each from what was known before its own day.

The same function serves one customer's rows, a local batch and a Spark partition: every feature
depends on the rows of one customer only, so any division of the customers gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from net30.features.alike import BASIC, Alike, ways
from net30.features.invoices import Ints, Invoices, joined
from net30.features.itself import Batches
from net30.features.itself import features as invoice_features
from net30.features.open_items import OpenItems
from net30.features.ratios import Floats
from net30.features.settled import Settled

ROWS = 50_000
"""Questions answered at a time, which bounds memory."""
Matrix = NDArray[np.float32]


class PointInTime:
    """A history, sorted once, that answers for any invoices as of any days."""

    def __init__(
        self,
        history: Invoices,
        asked: Invoices,
        *,
        names: Sequence[str] | None = None,
        together: Invoices | None = None,
    ) -> None:
        """Sort a history for questions about invoices; `names` limits the work to what they need.

        An invoice may stand in both: it never sees itself, since only days before count.
        `together` holds every invoice once, history and asked, for counting those of one day;
        left out, the asked ones are those of the history, or none of them is in it.
        """
        self._asked = asked
        self._settled = Settled(history)
        self._open = OpenItems(history)
        self._batches = Batches(together or _all_known(history, asked))
        wanted = ways(sorted(asked.words.keys() & history.words.keys()))
        self._alike = [
            Alike(way, history)
            for way in wanted
            if names is None or any(name.startswith(f"{way}_") for name in names)
        ]

    def columns(self, day: Ints, rows: slice | Ints = slice(None)) -> dict[str, Floats]:
        """Return every feature of some of the invoices, by name."""
        asked = self._asked.take(rows)
        found = invoice_features(asked, day)
        found |= self._batches.features(asked)
        found |= self._settled.features(asked, day)
        found |= self._open.features(asked, day)
        for alike in self._alike:
            found |= alike.features(asked, day)
        return found

    def matrix(self, day: Ints, names: Sequence[str]) -> Matrix:
        """Return the named features of all the invoices, one row each, as 32-bit floats."""
        made = np.empty((len(self._asked), len(names)), np.float32)
        for rows, part in self.batches(day, names):
            made[rows] = part
        return made

    def batches(self, day: Ints, names: Sequence[str]) -> Iterator[tuple[slice, Matrix]]:
        """Return the same matrix in parts, each with its rows, so that memory is bounded."""
        for start in range(0, len(self._asked), ROWS):
            rows = slice(start, min(start + ROWS, len(self._asked)))
            columns = self.columns(day[rows], rows)
            made = np.empty((rows.stop - start, len(names)), np.float32)
            for place, name in enumerate(names):
                made[:, place] = columns[name]
            yield rows, made


def seen_from(asked: Invoices, horizon: int) -> Ints:
    """Return the day before which each invoice's history is taken: its issue, or the horizon.

    `horizon` is the first day that the ledger does not cover any more.
    """
    return np.minimum(asked.issued, horizon)


def feature_names(words: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the names of all features, in the order of the columns."""
    none = np.zeros(0, np.int64)
    empty = Invoices(
        customer=none,
        issued=none,
        due=none,
        amount=none,
        paid=none,
        known=none,
        words=dict.fromkeys(words, none),
    )
    return tuple(PointInTime(empty, empty).columns(none))


def _all_known(history: Invoices, asked: Invoices) -> Invoices:
    """Return every invoice once where the same ones are asked about that are in the history."""
    return history if history is asked else joined(history, asked)


__all__ = ["BASIC", "ROWS", "Matrix", "PointInTime", "feature_names", "seen_from"]
