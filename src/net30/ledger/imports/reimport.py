"""Re-import: what of a file is new, and what the ledger knows already.

An invoice is the same when its source and its id there are. What has been imported never changes:
a later file can only say that more of it has been paid. Anything else that differs is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from net30.kernel.findings import Severity
from net30.ledger import compute, schema
from net30.ledger.compute import Column
from net30.ledger.faults import Faults

_SAME = ("amount", "currency", "customer_id", "issue_date", "due_date")
"""What must not differ between two files that tell of one invoice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The claims of a file against the ledger; `settled` ones have had a balance `before`."""

    fresh: pa.Table
    settled: pa.Table
    before: Column
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of finding about a row that the file or the ledger has already."""

    code: str
    severity: Severity
    message: str
    column: str = "external_id"


_REPEATED = _Kind("repeated", Severity.NOTE, "{!r} stands in the file twice, the same: once counts")
_TWICE = _Kind(
    "invoice_twice",
    Severity.ERROR,
    "{!r} stands in the file before, with another amount, customer or date",
)
_CHANGED = _Kind(
    "changed",
    Severity.ERROR,
    "{!r} was imported with another amount, customer or date: it stays as it was",
)
_OPEN_AGAIN = _Kind(
    "open_again", Severity.WARNING, "{!r} had been paid further already: it stays as it was"
)
_OWN = _Kind(
    "own_invoice", Severity.NOTE, "{!r} is in the books here: nothing is imported", "number"
)
_TAKEN = _Kind(
    "number_taken",
    Severity.ERROR,
    "{!r} is another invoice here, with another amount or date",
    "number",
)


def once(claims: pa.Table, faults: Faults) -> pa.Table:
    """Return claims with each invoice once.

    Rows that repeat an invoice (one a line, as some systems export) count once; a row that says
    something else of an invoice that was there already is left out as a fault.
    """
    ids = compute.coded(claims["external_id"])
    if len(ids.dictionary) == len(ids):
        return claims
    # Dictionaries number their words as they come up: a row is the first of its invoice when its
    # number is above all before it.
    highest = compute.running_max(ids.indices)
    before = pa.concat_arrays([pa.array([-1], pa.int32()), highest.slice(0, len(highest) - 1)])
    first = compute.less(before, ids.indices)
    kept = claims.filter(first)
    repeated = claims.filter(compute.no(first))
    of_first = kept.take(ids.indices.filter(compute.no(first)))
    other = _differs(repeated, of_first, (*_SAME, "customer_ref", "paid_date", "balance"))
    _tell(faults, _REPEATED, repeated.filter(compute.no(other)))
    _tell(faults, _TWICE, repeated.filter(other))
    return kept


def compared(claims: pa.Table, ledger: pa.Table, source: str, faults: Faults) -> Comparison:
    """Return what of the claims is new, what has been paid since, and how many did not change."""
    if not ledger.num_rows:
        none = pa.array([], pa.int64())
        return Comparison(fresh=claims, settled=claims.slice(0, 0), before=none, unchanged=0)
    known = _known(ledger)
    claims = _without_own(claims, known, faults)
    mine = known.filter(compute.equal(compute.text(known["source"]), source))
    place = compute.place_in(claims["invoice_id"], mine["invoice_id"])
    seen = compute.present(place)
    fresh, again = claims.filter(compute.no(seen)), claims.filter(seen)
    then = mine.take(place.drop_null())
    now, was = compute.column(again, "balance"), compute.column(then, "balance")
    changed = _differs(again, then, _SAME)
    _tell(faults, _CHANGED, again.filter(changed))
    more = compute.but_not(compute.less(compute.size(was), compute.size(now)), changed)
    _tell(faults, _OPEN_AGAIN, again.filter(more))
    settled = compute.but_not(compute.less(compute.size(now), compute.size(was)), changed)
    return Comparison(
        fresh=fresh,
        settled=again.filter(settled),
        before=was.filter(settled),
        unchanged=compute.count(compute.but_not(compute.equal(now, was), changed)),
    )


def _known(ledger: pa.Table) -> pa.Table:
    """Return the ledger's claims with the balance of each."""
    is_claim = compute.within(compute.text(ledger["fact"]), schema.CLAIMS)
    claims = ledger.filter(is_claim)
    sums = (
        ledger.select(["invoice_id", "amount"])
        .group_by("invoice_id")
        .aggregate([("amount", "sum")])
    )
    place = compute.place_in(claims["invoice_id"], sums["invoice_id"])
    return claims.append_column("balance", sums["amount_sum"].take(place))


def _without_own(claims: pa.Table, known: pa.Table, faults: Faults) -> pa.Table:
    """Leave out what net30 itself wrote: the invoices issued here, and its own exports.

    An export has the ids that invoices have here; other systems that net30's invoices were sent to
    know them by their numbers.
    """
    own = known.filter(compute.equal(compute.text(known["source"]), schema.OWN_SOURCE))
    claims = _without(claims, known, faults, ("external_id", "invoice_id"))
    return _without(claims, own, faults, ("number", "number"))


def _without(claims: pa.Table, known: pa.Table, faults: Faults, keys: tuple[str, str]) -> pa.Table:
    place = compute.place_in(claims[keys[0]], known[keys[1]])
    ours = compute.present(place)
    rows = claims.filter(ours)
    other = _differs(rows, known.take(place.drop_null()), ("amount", "currency", "issue_date"))
    _tell(faults, _OWN, rows.filter(compute.no(other)))
    _tell(faults, _TAKEN, rows.filter(other))
    return claims.filter(compute.no(ours))


def _differs(rows: pa.Table, others: pa.Table, names: tuple[str, ...]) -> Column:
    result = compute.repeat(False, rows.num_rows)
    for name in names:
        if name not in rows.schema.names:
            continue
        one, other = _plain(rows[name]), _plain(others[name])
        unequal = compute.known(compute.differ(one, other))
        one_missing = compute.differ(compute.missing(one), compute.missing(other))
        result = compute.either(result, compute.either(unequal, one_missing))
    return result


def _plain(column: pa.ChunkedArray[Any]) -> Column:  # Any: as compute.Column
    return compute.text(column) if pa.types.is_dictionary(column.type) else compute.whole(column)


def _tell(faults: Faults, kind: _Kind, rows: pa.Table) -> None:
    if rows.num_rows:
        column = "number" if kind.column == "number" else "invoice_id"
        cells = compute.column(rows, kind.column)
        place = (compute.column(rows, "row"), column)
        faults.add_rows(kind.code, place, kind.message.format, cells, kind.severity)
