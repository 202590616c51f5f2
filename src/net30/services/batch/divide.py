"""Divide: the rows of a history and of the invoices asked about, by customer, into parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from net30.features.invoices import OPEN
from net30.kernel.findings import Severity
from net30.ledger import compute
from net30.ledger.faults import Faults
from net30.ledger.histories import with_due_date
from net30.ledger.marks import Marks, among
from net30.ledger.streams import stream_writer
from net30.scoring.part import facts_schema, part_file
from net30.services.batch.findings import KeptFindings
from net30.services.batch.spool import Coding, Spool

ROWS_A_PART = 131_072
"""About so many rows, of both files together, are worked on at a time by each thread."""
PARTS_MAX = 2**8

IDS = pa.schema({"invoice_id": pa.string()})
"""The ids of the invoices that are scored, by place."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Two spools to divide, where the parts go, and the first day that is not known any more."""

    history: Spool
    asked: Spool
    coding: Coding
    rows: Path
    ids: Path
    as_of: date
    rows_a_part: int

    @property
    def parts(self) -> int:
        """Return how many parts there are."""
        rows = len(self.history.marks) + len(self.asked.marks)
        return min(max(1, -(-rows // self.rows_a_part)), PARTS_MAX)


def first_day_after(history: Spool) -> date | None:
    """Return the day after a history's last fact; None when no row can be used."""
    days: list[date | None] = []
    for claims, _ in claims_of(history, Faults(0)):
        invoices = claims.filter(compute.less(0, claims["amount"]))
        days.extend(compute.latest(invoices[name]) for name in ("issue_date", "paid_date"))
    told = [day for day in days if day is not None]
    return date.fromordinal(max(told).toordinal() + 1) if told else None


def divide(division: Division, past: KeptFindings, kept: KeptFindings) -> list[int]:
    """Write the parts and the ids; return how many asked invoices each part has.

    Left out are credits from the history, and invoices that were paid before the as-of day; what
    is wrong with rows of the history goes to `past`, with the others to `kept`.
    """
    dealer = _Dealer(division)
    with ExitStack() as stack:
        dealer.open(stack)
        marks = _deal_history(division, dealer, past)
        ids = stack.enter_context(stream_writer(division.ids, IDS))
        for claims, fresh in _asked(division, kept, marks):
            ids.write_table(pa.table({"invoice_id": claims["external_id"]}, schema=IDS))
            dealer.deal_asked(claims, fresh)
    return dealer.asked


def claims_of(spool: Spool, faults: Faults) -> Iterator[tuple[pa.Table, NDArray[np.int64]]]:
    """Return the claims that count and have a due date, with their places in the spool."""
    for rows, table in spool.batches():
        counts = spool.counts[rows]
        places = pa.array(np.arange(rows.start, rows.stop))
        placed = table.append_column("place", places)
        claims = with_due_date(placed if counts.all() else placed.filter(pa.array(counts)), faults)
        yield claims, np.asarray(claims["place"])


def _deal_history(division: Division, dealer: _Dealer, past: KeptFindings) -> Marks:
    """Deal what the history told before the as-of day; return the marks of its invoices."""
    marks = [np.zeros(0, np.uint64)]
    refused = 0
    for claims, places in claims_of(division.history, past.faults):
        invoices = compute.less(0, claims["amount"])
        refused += claims.num_rows - compute.count(invoices)
        chosen = compute.both(invoices, compute.less(claims["issue_date"], division.as_of))
        marks.append(division.history.marks[places[_mask(chosen)]])
        dealer.deal_history(_only(claims, chosen))
        past.take()
    if refused:
        message = f"{refused:,} rows of zero or less are no invoices: nothing is learned from them"
        past.faults.add("not_an_invoice", "amount", message, Severity.NOTE)
    return np.concatenate(marks)


def _asked(division: Division, kept: KeptFindings, past: Marks) -> Iterator[tuple[pa.Table, Mask]]:
    """Return the invoices to score, and which of them the history does not have."""
    fresh = ~among(division.asked.marks, past)
    gone = 0
    for claims, places in claims_of(division.asked, kept.faults):
        settled = compute.equal(claims["balance"], 0)
        early = compute.known(compute.less(claims["paid_date"], division.as_of))
        paid = compute.known(compute.both(settled, early))
        gone += compute.count(paid)
        chosen = compute.no(paid)
        yield _only(claims, chosen), fresh[places[_mask(chosen)]]
        kept.take()
    if gone:
        message = f"{gone:,} rows were paid before {division.as_of}: nothing is left to predict"
        kept.faults.add("already_paid", "paid_date", message, Severity.NOTE)


class _Dealer:
    """Deals rows to the parts of their customers, and asked invoices their places."""

    def __init__(self, division: Division) -> None:
        self._rows = division.rows
        self._schema = facts_schema(tuple(division.coding.words))
        self._writers: list[pa.RecordBatchStreamWriter] = []
        self.asked = [0] * division.parts

    def open(self, stack: ExitStack) -> None:
        """Open the files of all parts."""
        for part in range(len(self.asked)):
            writer = stream_writer(part_file(self._rows, part), self._schema)
            self._writers.append(stack.enter_context(writer))

    def deal_history(self, claims: pa.Table) -> None:
        """Write rows of the history: paid on a day once nothing of them is open."""
        settled = compute.equal(claims["balance"], 0)
        paid = compute.or_else(
            compute.pick(settled, claims["paid_date"], None).cast(pa.int32()), OPEN
        )
        rows = claims.num_rows
        facts = {
            "place": compute.repeat(-1, rows),
            "paid": paid,
            "known": paid,
            "fresh": compute.repeat(False, rows),
        }
        self._deal(claims, facts)

    def deal_asked(self, claims: pa.Table, fresh: Mask) -> None:
        """Write asked invoices, as unpaid."""
        rows, start = claims.num_rows, sum(self.asked)
        facts = {
            "place": compute.numbered(start, start + rows),
            "paid": compute.repeat(OPEN, rows),
            "known": compute.repeat(OPEN, rows),
            "fresh": pa.array(fresh),
        }
        for part, count in enumerate(self._deal(claims, facts)):
            self.asked[part] += count

    def _deal(self, claims: pa.Table, facts: dict[str, compute.Column]) -> list[int]:
        """Write rows to the parts of their customers; return how many each has got."""
        columns: dict[str, compute.Operand] = {
            "customer": claims["customer_ref"],
            "issued": compute.column(claims, "issue_date").cast(pa.int32()),
            "due": compute.column(claims, "due_date").cast(pa.int32()),
            "amount": claims["amount"],
            **facts,
        }
        every = {name: columns.get(name, claims[name] if name in claims.column_names else None)
                 for name in self._schema.names}  # fmt: skip
        table = pa.table(every).cast(self._schema)
        part = np.asarray(claims["customer_ref"]) % len(self._writers)
        # Numbers of a byte are sorted by counting them.
        table = table.take(np.argsort(part.astype(np.uint8), kind="stable"))
        counts = [int(count) for count in np.bincount(part, minlength=len(self._writers))]
        start = 0
        for writer, count in zip(self._writers, counts, strict=True):
            if count:
                writer.write_table(table.slice(start, count))
            start += count
        return counts


def _only(claims: pa.Table, chosen: compute.Column) -> pa.Table:
    """Return the claims that are chosen; mostly all are, and nothing needs to be copied."""
    return claims if compute.every(chosen) else claims.filter(chosen)


def _mask(chosen: compute.Column) -> Mask:
    return np.asarray(chosen.to_numpy(zero_copy_only=False))
