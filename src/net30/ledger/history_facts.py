"""History of facts: the ledger's own facts as past invoices with the day each was paid on.

An invoice is settled on the day since which, at the end of every day, nothing more than a leftover
of it has been open. What was taken back by credit notes alone was never to be paid and is left
out; what was written off is still unpaid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from net30.ledger import compute
from net30.ledger.histories import history_table
from net30.ledger.schema import Fact

LEFTOVER_SHARE = 100
"""One part in so many of an invoice, such as a bank's fee, may stay open: it counts as settled."""
MONEY = (Fact.PAYMENT.value, Fact.DISCOUNT.value, Fact.REFUND.value)
SETTLING = (*MONEY, Fact.CREDIT.value)
"""The facts that change what is still to be paid; giving an invoice up does not pay it."""
_OF_CLAIM = ("invoice_id", "customer_id", "issue_date", "due_date", "amount", "currency")
_READ = (*_OF_CLAIM, "fact", "day", "known_on", "extras")
NO_DAY = np.iinfo(np.int32).min

Ints = NDArray[np.int64]


def history_of_facts(facts: pa.Table, as_of: date) -> pa.Table:
    """Return what was known at the end of a day as a HISTORY table, in the order of the facts.

    Invoices with a due date and an amount above 0 count; all that stood beside an imported one
    follows as words.
    """
    seen = seen_by(facts.select(_READ), as_of)
    claims = seen.filter(
        compute.both(
            is_one_of(seen, Fact.INVOICE.value),
            compute.both(compute.less(0, seen["amount"]), compute.present(seen["due_date"])),
        )
    )
    place = compute.place_in(seen["invoice_id"], claims["invoice_id"])
    ours = compute.both(compute.present(place), is_one_of(seen, *SETTLING))
    settled = _settled(
        _Changes(
            invoice=_ints(place.filter(ours)),
            day=_ints(compute.column(seen, "day").filter(ours)),
            known=_ints(compute.column(seen, "known_on").filter(ours)),
            amount=_ints(compute.column(seen, "amount").filter(ours)),
            money=is_one_of(seen, *MONEY).filter(ours).to_numpy(zero_copy_only=False),
        ),
        _ints(compute.column(claims, "amount")),
        _ints(compute.column(claims, "known_on")),
    )
    kept = pa.array(~settled.taken_back)
    columns = {
        "paid_date": _days(settled.day),
        "known_on": _days(settled.known),
        **{name: compute.column(claims, name) for name in _OF_CLAIM},
    }
    maps = compute.column(claims, "extras")
    extras = {
        name: compute.or_else(compute.looked_up(maps, name), "")
        for name in sorted(compute.keys_of(maps))
    }
    return history_table(columns, extras).filter(kept)


def seen_by(facts: pa.Table, as_of: date) -> pa.Table:
    """Return what had happened by the end of a day and was known then."""
    inside = compute.both(
        compute.at_most(facts["known_on"], as_of), compute.at_most(facts["day"], as_of)
    )
    # Of today it is all of them, and to copy a large ledger takes its time.
    return facts if compute.every(inside) else facts.filter(inside)


def is_one_of(facts: pa.Table, *kinds: str) -> compute.Column:
    """Return where a fact is of one of these kinds."""
    return compute.by_word(facts["fact"], lambda words: compute.within(words, kinds))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Changes:
    """What changed how much of each invoice is open: its place among the claims, days, amounts."""

    invoice: Ints
    day: Ints
    known: Ints
    amount: Ints
    money: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    """The day of settlement of each claim and since when it is known, NO_DAY while open."""

    day: Ints
    known: Ints
    taken_back: NDArray[np.bool_]


def _settled(changes: _Changes, claimed: Ints, claim_known: Ints) -> _Settled:
    order = np.lexsort((changes.day, changes.invoice))
    invoice, day = changes.invoice[order], changes.day[order]
    # The balance after each change: of its own invoice only.
    run = np.cumsum(changes.amount[order])
    first = np.flatnonzero(np.diff(invoice, prepend=-1))
    base = np.repeat(run[first] - changes.amount[order][first], np.diff([*first, len(run)]))
    left = claimed[invoice] + run - base
    ends = _ends(invoice, day)
    open_ = np.flatnonzero(left[ends] > claimed[invoice[ends]] // LEFTOVER_SHARE)
    # The first end of a day after the last one on which the invoice was still open.
    start = np.searchsorted(invoice[ends], np.arange(len(claimed)))
    stop = np.searchsorted(invoice[ends], np.arange(len(claimed)), "right")
    np.maximum.at(start, invoice[ends][open_], open_ + 1)
    paid = start < stop
    found = np.full(len(claimed), NO_DAY)
    found[paid] = day[ends][start[paid]]
    counted = day <= found[invoice]
    known = claim_known.copy()
    np.maximum.at(known, invoice[counted], changes.known[order][counted])
    money = np.zeros(len(claimed), np.int64)
    received = changes.money
    np.add.at(money, changes.invoice[received], -changes.amount[received])
    return _Settled(
        day=found,
        known=np.where(paid, known, NO_DAY),
        taken_back=paid & (money <= claimed // LEFTOVER_SHARE),
    )


def _ends(invoice: Ints, day: Ints) -> Ints:
    """Return the places of the last change of each invoice's days."""
    if not len(day):
        return np.zeros(0, np.int64)
    last = (np.diff(invoice) != 0) | (np.diff(day) != 0)
    return np.flatnonzero(np.append(last, True))


def _ints(column: compute.Column) -> Ints:
    plain = column.cast(pa.int32()) if pa.types.is_date(column.type) else column
    return np.asarray(plain.to_numpy(zero_copy_only=False)).astype(np.int64)


def _days(days: Ints) -> compute.Column:
    return pa.array(days.astype(np.int32), mask=days == NO_DAY).cast(pa.date32())
