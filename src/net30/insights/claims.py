"""Claims: every invoice and credit note with what has become of it by a day.

The facts are joined to their claims once (`opened`); what stood on a day is then a few sums over
whole columns, so a second day costs little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from net30.insights.marks import KINDS, Marks, Seen, marks_in
from net30.ledger import compute
from net30.ledger.schema import CLAIMS, SETTLED_ON, Fact

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

COLUMNS = ("invoice_id", "number", "customer_id", "currency", "issue_date", "due_date")
"""What a claim says of itself; a ledger may be read without the numbers."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "credited": (Fact.CREDIT.value,),
    "collected": (Fact.PAYMENT.value, Fact.REFUND.value),
    "discounted": (Fact.DISCOUNT.value,),
    "written_off": (Fact.WRITE_OFF.value,),
}
"""What takes a claim down, and the facts that do; a payment that bounced counts against it."""

MATURE_DAYS = 90
"""An invoice is judged so many days after its own due date."""

HALF = 32
NO_DAY = int(np.iinfo(np.int32).min)
_CHANGE = ("customer_id", "currency", "day", "amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The facts that move money, each with the row of its claim, -1 where there is none.

    `counts_on` is the day, but of what a returned payment adds again the day it had been taken
    off: on that day, too, nothing came that stayed.
    """

    table: pa.Table
    claim: Ints
    day: Ints
    counts_on: Ints
    known: Ints
    amount: Ints
    parts: Mapping[str, Mask]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTables:
    """What stood on a day: claims, facts of money without a claim, and marks (marks.py).

    `claims` have COLUMNS, kind, amount, what PARTS names, balance; `settled_on`, the day since
    which nothing has been open (null while something is; giving a claim up does not settle it);
    and `owed_at_90`, `unpaid_at_90`: what was to be paid MATURE_DAYS after the due date, and what
    of it was not. `place` is the claim's row in the ledger.
    """

    claims: pa.Table
    unapplied: pa.Table
    marks: pa.Table

    @property
    def rows(self) -> int:
        """Return how many rows all three have."""
        return self.claims.num_rows + self.unapplied.num_rows + self.marks.num_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLedger:
    """A ledger whose facts have found their claims."""

    claims: pa.Table
    day: Ints
    known: Ints
    due: Ints
    amount: Ints
    changes: Changes
    marks: Marks

    def at(self, day: date, known_by: date) -> DayTables:
        """Return what stood at the end of a day, as known at the end of another."""
        last, horizon = day_number(day), day_number(known_by)
        seen = (self.day <= last) & (self.known <= horizon)
        told = (self.changes.day <= last) & (self.changes.known <= horizon)
        applied = told & (self.changes.claim >= 0)
        applied[applied] = seen[self.changes.claim[applied]]
        parts = {name: self._taken(applied & mask) for name, mask in self.changes.parts.items()}
        taken = sum(parts.values(), start=np.zeros_like(self.amount))
        table = self.claims
        columns = {"amount": self.amount, **parts, "balance": self.amount - taken}
        columns |= self._matured(applied)
        for name, column in columns.items():
            table = table.append_column(name, pa.array(column))
        table = table.append_column("settled_on", days_column(self._settled(applied)))
        return DayTables(
            claims=_where(table, seen),
            unapplied=_where(self.changes.table, told & ~applied),
            marks=self.marks.at(last, horizon, self.money_between),
        )

    def outstanding(self, day: date, known_by: date) -> dict[str, int]:
        """Return the sum of all facts of money by currency, at a day as known at another."""
        last, horizon = day_number(day), day_number(known_by)
        found: dict[str, int] = {}
        for table, days, known, amount in (
            (self.claims, self.day, self.known, self.amount),
            (self.changes.table, self.changes.day, self.changes.known, self.changes.amount),
        ):
            seen = (days <= last) & (known <= horizon)
            currency = compute.coded(table["currency"])
            codes, size = _ints(currency.indices)[seen], len(currency.dictionary)
            # In two halves, as amounts of a whole ledger may pass 64 bits.
            high, low = np.zeros(size, np.int64), np.zeros(size, np.int64)
            np.add.at(high, codes, amount[seen] >> HALF)
            np.add.at(low, codes, amount[seen] & ((1 << HALF) - 1))
            words = compute.texts(currency.dictionary)
            for code, upper, lower in zip(words, high.tolist(), low.tolist(), strict=True):
                found[code] = found.get(code, 0) + (upper << HALF) + lower
        return found

    def is_known_as_it_was(self, day: date, known_by: date) -> bool:
        """Tell whether nothing of a day became known only after it."""
        last, horizon = day_number(day), day_number(known_by)
        changes, marks = self.changes, self.marks
        sides = [(self.day, self.known), (changes.day, changes.known), (marks.day, marks.known)]
        return not any(
            bool(((days <= last) & (known > last) & (known <= horizon)).any())
            for days, known in sides
        )

    def money_between(self, claim: Ints, first: Ints, last: Ints, seen: Seen) -> Ints:
        """Return what came in on each of these claims from a first to a last day, and stayed.

        What the bank took back by the day that is looked at has not come in.
        """
        day, horizon = seen
        money = self.changes.parts["collected"] | self.changes.parts["discounted"]
        money = money & (self.changes.day <= day) & (self.changes.known <= horizon)
        money = money & (self.changes.claim >= 0) & np.isin(self.changes.claim, claim)
        rows = np.flatnonzero(money)
        rows = rows[np.lexsort((self.changes.counts_on[rows], self.changes.claim[rows]))]
        key = _key(self.changes.claim[rows], self.changes.counts_on[rows])
        run = np.concatenate(([0], np.cumsum(-self.changes.amount[rows])))
        stop = np.searchsorted(key, _key(claim, last), "right")
        return np.asarray(run[stop] - run[np.searchsorted(key, _key(claim, first))], np.int64)

    def _taken(self, chosen: Mask) -> Ints:
        """Return, for each claim, what the chosen changes took off it."""
        taken = np.zeros(len(self.amount), np.int64)
        np.subtract.at(taken, self.changes.claim[chosen], self.changes.amount[chosen])
        return taken

    def _matured(self, applied: Mask) -> dict[str, Ints]:
        limit = np.where(self.due == NO_DAY, NO_DAY, self.due + MATURE_DAYS)
        early = applied.copy()
        early[applied] = self.changes.day[applied] <= limit[self.changes.claim[applied]]
        parts = self.changes.parts
        owed = self.amount - self._taken(early & parts["credited"])
        paid = self._taken(early & (parts["collected"] | parts["discounted"]))
        return {"owed_at_90": owed, "unpaid_at_90": owed - paid}

    def _settled(self, applied: Mask) -> Ints:
        """Return the day since which nothing of each claim has been open; NO_DAY while it is."""
        chosen = np.flatnonzero(applied & ~self.changes.parts["written_off"])
        claim, day = self.changes.claim[chosen], self.changes.day[chosen]
        found = np.where(self.amount <= 0, self.day, NO_DAY)
        alone = np.bincount(claim, minlength=len(self.amount))[claim] == 1
        paid = self.amount[claim] + self.changes.amount[chosen] <= 0
        found[claim[alone]] = np.where(paid, day, NO_DAY)[alone]
        several = chosen[~alone][np.lexsort((day[~alone], claim[~alone]))]
        if len(several):
            self._settle_several(several, found)
        return found

    def _settle_several(self, changes: Ints, found: Ints) -> None:
        """Find the days of claims with more than one change, given in the order of claim and day.

        What counts is what was open at the end of a day.
        """
        claim, day = self.changes.claim[changes], self.changes.day[changes]
        amount = self.changes.amount[changes]
        first = np.diff(claim, prepend=-1) != 0
        run = np.cumsum(amount)
        before = np.repeat((run - amount)[first], np.diff([*np.flatnonzero(first), len(run)]))
        left = self.amount[claim] + run - before
        ends = np.flatnonzero(np.append((np.diff(claim) != 0) | (np.diff(day) != 0), True))
        claim, day, still_open = claim[ends], day[ends], left[ends] > 0
        starts = np.flatnonzero(np.diff(claim, prepend=-1) != 0)
        stops = np.append(starts[1:], len(claim))
        last_open = np.maximum.reduceat(np.where(still_open, np.arange(len(claim)), -1), starts)
        settled = np.where(last_open < 0, starts, last_open + 1)
        is_settled = settled < stops
        found[claim[starts]] = np.where(is_settled, day[np.minimum(settled, len(day) - 1)], NO_DAY)


def opened(ledger: pa.Table) -> OpenedLedger:
    """Return a ledger (schema.FACTS, or some of its columns) with each fact at its claim."""
    ledger = ledger.unify_dictionaries().combine_chunks()
    kind = compute.coded(ledger["fact"])
    is_claim = _is(kind, CLAIMS)
    whole = ledger.filter(pa.array(is_claim))
    is_mark = _is(kind, KINDS)
    rest = ledger.filter(pa.array(~is_claim & (is_mark | (_ints(ledger["amount"]) != 0))))
    names = [name for name in COLUMNS if name in ledger.column_names]
    claims = whole.select(names).append_column("kind", whole["fact"])
    claims = claims.append_column("place", compute.numbered(0, whole.num_rows))
    place = _ints(compute.or_else(compute.place_in(rest["invoice_id"], whole["invoice_id"]), -1))
    return OpenedLedger(
        claims=claims,
        day=_ints(whole["day"]),
        known=_ints(whole["known_on"]),
        due=_ints(whole["due_date"]),
        amount=_ints(whole["amount"]),
        changes=_changes(rest, place),
        marks=marks_in(rest, claims, place),
    )


def day_number(day: date) -> int:
    """Return a day as Arrow counts it: since 1970."""
    return (day - date(1970, 1, 1)).days


def days_column(days: Ints) -> compute.Column:
    """Return days since 1970 as dates; NO_DAY is null."""
    return pa.array(days.astype(np.int32), mask=days == NO_DAY).cast(pa.date32())


def _changes(rest: pa.Table, place: Ints) -> Changes:
    moving = _ints(rest["amount"]) != 0
    extras = [name for name in ("extras",) if name in rest.column_names]
    moves = _where(rest.select(["fact", "known_on", *_CHANGE, *extras]), moving)
    kind = compute.coded(moves["fact"])
    return Changes(
        table=moves.select(list(_CHANGE)),
        claim=place[moving],
        day=_ints(moves["day"]),
        counts_on=_counts_on(moves),
        known=_ints(moves["known_on"]),
        amount=_ints(moves["amount"]),
        parts={name: _is(kind, facts) for name, facts in PARTS.items()},
    )


def _counts_on(moves: pa.Table) -> Ints:
    """Return the days on which changes count as money that came, or never did."""
    days = _ints(moves["day"])
    added = np.flatnonzero(_ints(moves["amount"]) > 0)
    if not len(added) or "extras" not in moves.column_names:
        return days
    of_added = moves["extras"].take(pa.array(added, pa.int64()))
    told = compute.looked_up(of_added, SETTLED_ON)
    settled_on = _ints(told.cast(pa.date32()))
    days = days.copy()
    days[added] = np.where(settled_on == NO_DAY, days[added], settled_on)
    return days


def _is(kind: pa.DictionaryArray, facts: Sequence[str]) -> Mask:  # type: ignore[type-arg] # any
    among = compute.within(kind.dictionary, facts).to_numpy(zero_copy_only=False)
    return np.asarray(among[_ints(kind.indices)], np.bool_)


def _ints(one: compute.Operand) -> Ints:
    column = compute.whole(one)
    plain = column.cast(pa.int32()) if pa.types.is_date(column.type) else column
    if plain.null_count:
        plain = compute.or_else(plain, NO_DAY)
    return np.asarray(plain.to_numpy(zero_copy_only=False)).astype(np.int64, copy=False)


def _key(claim: Ints, day: Ints) -> Ints:
    return (claim << 32) + day


def _where(table: pa.Table, mask: Mask) -> pa.Table:
    return table if mask.all() else table.filter(pa.array(mask))
