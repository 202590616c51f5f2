"""Re-import: what of a file is new, and what the ledger knows already.

An invoice is the same when its source and its id there are. What has been imported never changes:
a later file can only say that more of it has been paid. Anything else that differs is told.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from net30.kernel.findings import Severity
from net30.ledger import schema
from net30.ledger.faults import Faults

_SAME = ("amount", "currency", "customer_id", "issue_date", "due_date")
"""What must not differ between two files that tell of one invoice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The claims of a file against the ledger; `settled` ones have had a balance `before`."""

    fresh: pa.Table
    settled: pa.Table
    before: pa.Array
    unchanged: int


def once(claims: pa.Table, faults: Faults) -> pa.Table:
    """Return claims with each invoice once.

    Rows that repeat an invoice (one a line, as some systems export) count once; a row that says
    something else of an invoice that was there already is left out as a fault.
    """
    ids = claims["external_id"].combine_chunks().dictionary_encode()
    if len(ids.dictionary) == len(ids):
        return claims
    # Dictionaries number their words as they come up: a row is the first of its invoice when its
    # number is above all before it.
    numbers = ids.indices.cast(pa.int32())
    highest = pc.cumulative_max(numbers)
    before = pa.concat_arrays([pa.array([-1], pa.int32()), highest.slice(0, len(highest) - 1)])
    first = pc.greater(numbers, before)
    kept = claims.filter(first)
    repeated = claims.filter(pc.invert(first))
    place = numbers.filter(pc.invert(first))
    other = _differs(repeated, kept.take(place), (*_SAME, "paid_date", "balance"))
    same = len(repeated) - (pc.sum(other).as_py() or 0)
    if same:
        rows = repeated.filter(pc.invert(other))
        _tell(faults, "repeated", rows, "the invoice {!r} is in the file already: this row is the "
              "same", Severity.NOTE)  # fmt: skip
    _tell(faults, "invoice_twice", repeated.filter(other), "the invoice {!r} is in the file already, "
          "with another amount, customer or date", Severity.ERROR)  # fmt: skip
    return kept


def compared(claims: pa.Table, ledger: pa.Table, source: str, faults: Faults) -> Comparison:
    """Return what of the claims is new, what has been paid since, and how many did not change."""
    known = _known(ledger)
    claims = _without_own(claims, known, faults)
    nothing = pa.array([], pa.int64())
    mine = known.filter(pc.equal(known["source"].cast(pa.string()), pa.scalar(source)))
    place = pc.index_in(claims["invoice_id"], mine["invoice_id"].combine_chunks()).combine_chunks()
    seen = pc.is_valid(place)
    if not pc.any(seen).as_py():
        return Comparison(fresh=claims, settled=claims.slice(0, 0), before=nothing, unchanged=0)
    fresh, again = claims.filter(pc.invert(seen)), claims.filter(seen)
    then = mine.take(place.drop_null())
    changed = _differs(again, then, _SAME)
    _tell(faults, "changed", again.filter(changed), "the invoice {!r} was imported with another "
          "amount, customer or date: it stays as it was", Severity.ERROR)  # fmt: skip
    now, was = again["balance"].combine_chunks(), then["balance"].combine_chunks()
    more = pc.and_not(pc.greater(pc.abs(now), pc.abs(was)), changed)
    _tell(faults, "open_again", again.filter(more), "the invoice {!r} was paid further already: it "
          "stays as it was", Severity.WARNING)  # fmt: skip
    less = pc.and_not(pc.less(pc.abs(now), pc.abs(was)), changed)
    untouched = pc.and_not(pc.equal(now, was), changed)
    return Comparison(
        fresh=fresh,
        settled=again.filter(less),
        before=was.filter(less),
        unchanged=pc.sum(untouched).as_py() or 0,
    )


def _known(ledger: pa.Table) -> pa.Table:
    """Return the ledger's claims with the balance of each."""
    is_claim = pc.is_in(ledger["fact"].cast(pa.string()), pa.array(schema.CLAIMS))
    claims = ledger.filter(is_claim)
    sums = ledger.select(["invoice_id", "amount"]).group_by("invoice_id").aggregate([("amount", "sum")])
    place = pc.index_in(claims["invoice_id"], sums["invoice_id"].combine_chunks())
    return claims.append_column("balance", sums["amount_sum"].take(place))


def _without_own(claims: pa.Table, known: pa.Table, faults: Faults) -> pa.Table:
    """Leave out the invoices that net30 itself issued: its own export, read in again."""
    own = known.filter(pc.equal(known["source"].cast(pa.string()), pa.scalar(schema.OWN_SOURCE)))
    if not own.num_rows:
        return claims
    place = pc.index_in(claims["number"], own["number"].combine_chunks()).combine_chunks()
    ours = pc.is_valid(place)
    if not pc.any(ours).as_py():
        return claims
    rows = claims.filter(ours)
    other = _differs(rows, own.take(place.drop_null()), ("amount", "currency", "issue_date"))
    _tell(faults, "own_invoice", rows.filter(pc.invert(other)), "the invoice {!r} was issued here: "
          "nothing is imported of it", Severity.NOTE, column="number")  # fmt: skip
    _tell(faults, "number_taken", rows.filter(other), "the number {!r} is that of another invoice, "
          "issued here", Severity.ERROR, column="number")  # fmt: skip
    return claims.filter(pc.invert(ours))


def _differs(rows: pa.Table, others: pa.Table, names: tuple[str, ...]) -> pa.Array:
    result = pa.repeat(pa.scalar(value=False), rows.num_rows)
    for name in names:
        if name not in rows.schema.names:
            continue
        one, other = _plain(rows[name]), _plain(others[name])
        unequal = pc.fill_null(pc.not_equal(one, other), pa.scalar(value=False))
        one_missing = pc.not_equal(pc.is_null(one), pc.is_null(other))
        result = pc.or_(result, pc.or_(unequal, one_missing))
    return result


def _plain(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole.cast(pa.string()) if pa.types.is_dictionary(whole.type) else whole


def _tell(
    faults: Faults,
    code: str,
    rows: pa.Table,
    message: str,
    severity: Severity,
    column: str = "external_id",
) -> None:
    if rows.num_rows:
        place = (rows["row"].combine_chunks(), "number" if column == "number" else "invoice_id")
        cells = rows[column].combine_chunks()
        faults.add_rows(code, place, message.format, cells, severity)
