"""Invoices: the columns that features are made of, one entry an invoice, as numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

OPEN = 2**30
"""The paid day of an invoice that is not paid yet: later than every day there is."""
DELAY_MAX = 1_095
"""Days; delays beyond three years count as three years, so that sums of squares stay whole."""
AMOUNT_MAX = 10**12
"""Minor units; a larger amount counts as this one, so that sums stay whole (int64)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoices:
    """Columns of equal length; days are days since 1970-01-01, amounts minor units.

    `customer` holds any whole numbers below 2^27 that tell customers apart; `paid` is the day of
    the payment that settled the invoice, or OPEN; `known` is the day since when that payment is
    known.
    `words` holds further columns known at issue, by name, as codes (-1: not given).
    """

    customer: Ints
    issued: Ints
    due: Ints
    amount: Ints
    paid: Ints
    known: Ints
    words: Mapping[str, Ints] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, rows: Flags | Ints | slice) -> Invoices:
        """Return some of the invoices: by a mask, by places or by a slice."""
        return Invoices(
            customer=self.customer[rows],
            issued=self.issued[rows],
            due=self.due[rows],
            amount=self.amount[rows],
            paid=self.paid[rows],
            known=self.known[rows],
            words={name: codes[rows] for name, codes in self.words.items()},
        )

    def as_of(self, day: int) -> Invoices:
        """Return what was known on the morning of a day.

        Invoices issued before it; payments that are not known before it are not there yet.
        """
        seen = self.take(self.issued < day)
        unknown = np.maximum(seen.known, seen.paid) >= day
        return replace(
            seen,
            paid=np.where(unknown, OPEN, seen.paid),
            known=np.where(unknown, OPEN, seen.known),
        )

    @property
    def settled(self) -> Invoices:
        """Return the invoices that are paid."""
        return self.take((self.paid < OPEN).nonzero()[0])

    @property
    def delay(self) -> Ints:
        """Return delay days: paid minus due, negative when early; meaningless while open."""
        delay: Ints = np.minimum(np.maximum(self.paid - self.due, -DELAY_MAX), DELAY_MAX)
        return delay

    @property
    def fell_due(self) -> Ints:
        """Return the due day, or the day of issue where that is later."""
        return np.maximum(self.due, self.issued)

    @property
    def settled_on(self) -> Ints:
        """Return the day from which an invoice counts as settled, or OPEN.

        A prepayment becomes visible only once its invoice exists.
        """
        seen = np.maximum(np.maximum(self.paid, self.known), self.issued)
        return np.where(self.paid < OPEN, seen, OPEN)


def joined(first: Invoices, second: Invoices) -> Invoices:
    """Return both, one after the other; a word that only one of them has is left out."""
    both = first.words.keys() & second.words.keys()
    return Invoices(
        customer=np.concatenate([first.customer, second.customer]),
        issued=np.concatenate([first.issued, second.issued]),
        due=np.concatenate([first.due, second.due]),
        amount=np.concatenate([first.amount, second.amount]),
        paid=np.concatenate([first.paid, second.paid]),
        known=np.concatenate([first.known, second.known]),
        words={
            name: np.concatenate([first.words[name], second.words[name]]) for name in sorted(both)
        },
    )
