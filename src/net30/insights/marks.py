"""Marks: what was done about claims without any money: reminders, promises, disputes, write-offs.

There are few of them beside the invoices, so they stand in a table of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from net30.ledger import compute
from net30.ledger.schema import Fact

Ints = NDArray[np.int64]
Seen = tuple[int, int]
"""The day that is looked at, and the day by which it was known."""
MoneyBetween = Callable[[Ints, Ints, Ints, Seen], Ints]
"""(row of the claim, first day, last day, seen) -> what came in and stayed, in minor units."""

KINDS = (
    Fact.REMINDER.value,
    Fact.PROMISE.value,
    Fact.PROMISE_WITHDRAWN.value,
    Fact.DISPUTE_OPENED.value,
    Fact.DISPUTE_CLOSED.value,
    Fact.WRITE_OFF.value,
)

_WORDS = ("fact", "invoice_id", "customer_id", "currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Marks of all days, with the rows of their claims and what was promised."""

    table: pa.Table
    claim: Ints
    day: Ints
    known: Ints
    promised_on: Ints
    promised: Ints
    withdrawn: tuple[tuple[int, int], ...] = field(default=())
    """The places of a promise and of what took it back."""

    def at(self, last: int, horizon: int, money_between: MoneyBetween) -> pa.Table:
        """Return the marks up to a day as known at another.

        Columns: place (their order), fact, invoice_id, customer_id, currency, day, amount,
        promised_on, promised, and came_in: what was paid from the promise to that day and not
        returned since. A promise that was taken back by then was none.
        """
        came_in = np.zeros(len(self.day), np.int64)
        if len(came_in):
            until = np.minimum(self.promised_on, last)
            came_in = money_between(self.claim, self.day, until, (last, horizon))
        table = self.table.append_column("came_in", pa.array(came_in))
        stands = (self.day <= last) & (self.known <= horizon)
        for promise, back in self.withdrawn:
            stands[promise] &= not stands[back]
            stands[back] = False
        return table.filter(pa.array(stands))


def marks_in(facts: pa.Table, claims: pa.Table, places: Ints) -> Marks:
    """Return the marks among facts; each has the customer and the currency of its claim.

    `places` are the rows of the facts' claims, -1 where there is none.
    """
    kind = compute.coded(facts["fact"])
    chosen = compute.known(compute.within(kind.dictionary, KINDS).take(kind.indices))
    rows = facts.filter(chosen)
    claim = places[chosen.to_numpy(zero_copy_only=False).astype(np.bool_)]
    place = pa.array(claim, pa.int64(), mask=claim < 0)
    columns: dict[str, compute.Column] = {
        "place": compute.numbered(0, rows.num_rows).cast(pa.int64())
    }
    for name in _WORDS:
        columns[name] = compute.text(rows[name])
        if name in {"customer_id", "currency"}:
            of_claim = compute.text(compute.column(claims, name).take(place))
            columns[name] = compute.first_of(of_claim, columns[name])
    columns |= {"day": compute.column(rows, "day"), "amount": compute.column(rows, "amount")}
    columns |= _promises(rows)
    promised_on = _ints(compute.or_else(columns["promised_on"].cast(pa.int32()), 0))
    return Marks(
        table=pa.table(columns),
        claim=claim,
        day=_ints(rows["day"]),
        known=_ints(rows["known_on"]),
        promised_on=promised_on,
        promised=_ints(compute.or_else(columns["promised"], 0)),
        withdrawn=tuple(_withdrawn(columns["fact"], claim, promised_on)),
    )


def _withdrawn(fact: compute.Column, claim: Ints, promised_on: Ints) -> Iterator[tuple[int, int]]:
    """Yield which promise each withdrawal takes back: the latest like it that still stands."""
    backs = _places(fact, Fact.PROMISE_WITHDRAWN)
    if not len(backs):
        return
    promises = _places(fact, Fact.PROMISE)
    gone: set[int] = set()
    for back in backs.tolist():
        like = (claim[promises] == claim[back]) & (promised_on[promises] == promised_on[back])
        found = [one for one in promises[like & (promises < back)].tolist() if one not in gone]
        if found:
            gone.add(found[-1])
            yield found[-1], back


def _places(fact: compute.Column, wanted: Fact) -> Ints:
    chosen = compute.known(compute.within(fact, (wanted.value,)))
    return np.flatnonzero(chosen.to_numpy(zero_copy_only=False)).astype(np.int64)


def _promises(rows: pa.Table) -> dict[str, compute.Column]:
    if "extras" not in rows.column_names or not rows.num_rows:
        nothing = compute.whole(pa.nulls(rows.num_rows, pa.string()))
        found = {"promised_on": nothing, "promised_minor": nothing}
    else:
        names = ("promised_on", "promised_minor")
        found = {name: compute.looked_up(rows["extras"], name) for name in names}
    return {
        "promised_on": found["promised_on"].cast(pa.date32()),
        "promised": found["promised_minor"].cast(pa.int64()),
    }


def _ints(one: compute.Operand) -> Ints:
    column = compute.whole(one)
    plain = column.cast(pa.int32()) if pa.types.is_date(column.type) else column
    return np.asarray(plain.to_numpy(zero_copy_only=False)).astype(np.int64)
