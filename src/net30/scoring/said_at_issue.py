"""Said at issue: what a model says of invoices on the morning of their issue, kept for next time.

A feature counts only what was known by an invoice's own issue. So whatever comes into the books
today, of what was issued before today a model says what it said before, and need not be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from net30.features.invoices import Ints, Invoices
from net30.features.point_in_time import Matrix, PointInTime, seen_from
from net30.scoring.distribution import Distribution
from net30.scoring.model import Model

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Said:
    """What a model says before calibration, and how much record each customer has; by invoice."""

    raw: Matrix
    record: Matrix

    def calibrated(self, model: Model) -> Distribution:
        """Return what the model says in the end."""
        bins = model.card.bins
        return model.calibrated(Distribution(bins, self.raw.astype(np.float64)), self.record)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was said of one past: in which row of it of each invoice, NOWHERE of one not asked."""

    past: bytes
    row: Ints
    said: Said


class SaidAtIssue:
    """What was said of one company's invoices; threads may ask at once."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kept: _Kept | None = None

    def of(self, model: Model, known: Invoices, places: Ints, horizon: int) -> Said:
        """Return what the model says of some of the invoices that are known at the horizon.

        The horizon is the first day that is not covered any more; the past ends a day before.
        """
        today = horizon - 1
        before = known.issued < today
        place = np.where(before, before.cumsum() - 1, NOWHERE)[places]
        kept = self._of_past(_digest(model, known.as_of(today)), model, int(before.sum()))
        row = kept.row[place]
        new = np.flatnonzero(row == NOWHERE)
        told = _said(model, known, places[new], horizon)
        stays = place[new] != NOWHERE
        if stays.any():
            self._keep(kept, place[new][stays], Said(told.raw[stays], told.record[stays]))
        raw, record = kept.said.raw[row], kept.said.record[row]
        raw[new], record[new] = told.raw, told.record
        return Said(raw, record)

    def _of_past(self, past: bytes, model: Model, size: int) -> _Kept:
        kept = self._kept
        if kept is not None and kept.past == past:
            return kept
        # One row of nothing at the end: that is where NOWHERE points.
        nothing = Said(np.zeros((1, len(model.card.bins)), np.float32), np.zeros(1, np.float32))
        return _Kept(past, np.full(size + 1, NOWHERE), nothing)

    def _keep(self, kept: _Kept, place: Ints, told: Said) -> None:
        row = kept.row.copy()
        row[place] = np.arange(len(place)) + len(kept.said.raw) - 1
        raw = np.concatenate([kept.said.raw[:-1], told.raw, kept.said.raw[-1:]])
        record = np.concatenate([kept.said.record[:-1], told.record, kept.said.record[-1:]])
        self._kept = _Kept(kept.past, row, Said(raw, record))


def _said(model: Model, known: Invoices, places: Ints, horizon: int) -> Said:
    """Ask the model; nobody but the customers of these invoices matters to them."""
    asked, names = known.take(places), model.card.features
    theirs = known.take(np.isin(known.customer, asked.customer))
    raw = np.zeros((len(asked), len(model.card.bins)), np.float32)
    record = np.zeros(len(asked), np.float32)
    past = PointInTime(theirs, asked, names=names, together=theirs)
    for rows, matrix in past.in_parts(seen_from(asked, horizon), names):
        raw[rows], record[rows] = model.raw(matrix).probabilities, model.record(matrix)
    return Said(raw, record)


def _digest(model: Model, past: Invoices) -> bytes:
    """Return what tells a model and a past from any other; a customer counts as its first row."""
    found = sha256(model.card.model_sha256.encode())
    first = np.zeros(int(past.customer.max(initial=0)) + 1, np.int64)
    first[past.customer[::-1]] = np.arange(len(past))[::-1]
    columns = {
        "customer": first[past.customer],
        "issued": past.issued,
        "due": past.due,
        "amount": past.amount,
        "paid": past.paid,
        "known": past.known,
        **{f"word {name}": codes for name, codes in past.words.items()},
    }
    for name, column in columns.items():
        found.update(f" {name} {len(column)} ".encode())
        found.update(np.ascontiguousarray(column).data)
    return found.digest()
