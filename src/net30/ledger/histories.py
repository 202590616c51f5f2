"""Histories: past invoices with the day each was paid on, one row an invoice.

Predictions learn from this table and are asked with it. Any file in any layout becomes one, with
what is wrong in it as findings; the ledger's own facts become one in history_facts.py.
"""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from net30.kernel.errors import InputError
from net30.kernel.findings import Severity
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.faults import SHOWN_PER_CODE_MAX, Faults
from net30.ledger.imports.claim_rows import cleaned
from net30.ledger.imports.claims import Defaults, read_claims
from net30.ledger.imports.reimport import once
from net30.ledger.imports.typed_claims import read_typed_claims, typed_mapping
from net30.ledger.mapping import Layout, Mapping, Role, map_columns
from net30.ledger.readers.any_file import read_table

_WORD = pa.dictionary(pa.int32(), pa.string())

HISTORY = pa.schema(
    [
        pa.field("invoice_id", pa.string(), nullable=False),
        pa.field("customer_id", _WORD, nullable=False),
        pa.field("issue_date", pa.date32(), nullable=False),
        pa.field("due_date", pa.date32(), nullable=False),
        pa.field("amount", pa.int64(), nullable=False),
        pa.field("currency", _WORD, nullable=False),
        pa.field("paid_date", pa.date32()),
        pa.field("known_on", pa.date32()),
    ]
)
"""Every history begins with these columns; further ones, known at issue, follow as words.

amount: minor units of the currency. paid_date: the day that settled the invoice, null while open.
known_on: the day since when that is known.
"""

_AS_THEY_ARE = ("issue_date", "due_date", "amount", "currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFile:
    """A table of invoices, and how to read it; the layout is recognised or guessed without one.

    `findings_per_code` of each kind of fault are told one by one, the rest are counted.
    """

    content: bytes
    defaults: Defaults
    layout: Layout | None = None
    sheet: str = ""
    findings_per_code: int = SHOWN_PER_CODE_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a file tells: a HISTORY table, which column meant what, and what was wrong.

    `rows` are those of the file without empty ones, good or not.
    """

    table: pa.Table
    mapping: Mapping
    faults: Faults
    rows: int

    @property
    def extras(self) -> tuple[str, ...]:
        """Return the names of the further columns."""
        return tuple(self.table.column_names[len(HISTORY) :])


def read_history(file: HistoryFile) -> History:
    """Return the good rows of a file as a history, each invoice once.

    An invoice counts as paid when nothing of it is open. Rows with an error or without a due date
    are left out and told. Raises InputError for what is no table, is empty, or lacks a needed
    column, LimitExceeded for too large a file.
    """
    faults = Faults(file.findings_per_code)
    typed = typed_mapping(file.content, file.layout)
    read = _typed(file, typed, faults) if typed else _texts(file, faults)
    if not read.rows:
        raise InputError(
            "the file has a header but no rows",
            hint="give a table with one invoice a row",
            code="no_rows",
        )
    if Role.CURRENCY not in read.mapping.columns and not read.mapping.layout.currency:
        message = f"no column tells the currency: {file.defaults.currency} was taken"
        faults.add("currency_taken", "currency", message, Severity.NOTE)
    claims = with_due_date(once(read.claims, faults), faults)
    place = compute.place_in(claims["row"], read.numbers)
    extras = {
        name: column.take(place) for name, column in read.extras.items() if is_free(name, faults)
    }
    table = _history(claims, extras)
    return History(table=table, mapping=read.mapping, faults=faults, rows=read.rows)


def without_credit_notes(table: pa.Table, faults: Faults) -> pa.Table:
    """Return a history without what is no invoice: amounts of nothing and credits, counted."""
    claims = compute.less(0, table["amount"])
    if compute.every(claims):
        return table
    some = compute.count(compute.no(claims))
    message = f"{some:,} rows of zero or less are no invoices: nothing is learned from them"
    faults.add("not_an_invoice", "amount", message, Severity.NOTE)
    return table.filter(claims)


def first_day_after(table: pa.Table) -> date | None:
    """Return the first day that a history does not cover any more; None for an empty one.

    It is the day after the last invoice or payment that it tells of.
    """
    days = [compute.latest(table[name]) for name in ("issue_date", "paid_date", "known_on")]
    told = [day for day in days if day is not None]
    return date.fromordinal(max(told).toordinal() + 1) if told else None


def with_due_date(claims: pa.Table, faults: Faults) -> pa.Table:
    """Return claims without those that have no due date, which are told."""
    missing = compute.missing(claims["due_date"])
    if not compute.some(missing):
        return claims
    place = (compute.column(claims, "row").filter(missing), "due_date")
    message = "{!r} has no due date, so it cannot be told whether it is late"
    cells = compute.column(claims, "external_id").filter(missing)
    faults.add_rows("due_missing", place, message.format, cells)
    return claims.filter(compute.no(missing))


def is_free(name: str, faults: Faults) -> bool:
    """Tell whether a further column has a name of its own."""
    if name not in HISTORY.names:
        return True
    faults.add("column_left_out", name, "a history has a column of this name", Severity.WARNING)
    return False


def _history(claims: pa.Table, extras: Pairs[str, Column]) -> pa.Table:
    settled = compute.equal(claims["balance"], 0)
    paid = compute.pick(settled, claims["paid_date"], None)
    columns = {
        "invoice_id": compute.column(claims, "external_id"),
        "customer_id": compute.column(claims, "customer_ref"),
        "paid_date": paid,
        "known_on": paid,
        **{name: compute.column(claims, name) for name in _AS_THEY_ARE},
    }
    return history_table(columns, extras)


def history_table(columns: Pairs[str, Column], extras: Pairs[str, Column]) -> pa.Table:
    """Return columns, and further ones as words, as a history."""
    schema = pa.schema([*HISTORY, *(pa.field(name, _WORD) for name in extras)])
    words = {name: compute.coded(one) for name, one in extras.items()}
    every = {**columns, **words}
    return pa.table(
        {name: every[name].cast(schema.field(name).type) for name in schema.names}, schema=schema
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Claims of a file, and its further columns with the numbers of their rows."""

    claims: pa.Table
    extras: Pairs[str, Column]
    numbers: Column
    mapping: Mapping
    rows: int


def _texts(file: HistoryFile, faults: Faults) -> _Read:
    sheet = read_table(file.content, file.sheet, faults)
    mapping = map_columns(sheet.headers, file.layout)
    # The extras stay columns: as a map for each row they would only be turned there and back.
    return _Read(
        claims=read_claims(sheet, replace(mapping, extras=()), file.defaults),
        extras={name: cleaned(sheet.column(name)) for name in mapping.extras},
        numbers=sheet.rows,
        mapping=mapping,
        rows=len(sheet.rows) + faults.counts["row_width"] + faults.counts["cell_too_long"],
    )


def _typed(file: HistoryFile, mapping: Mapping, faults: Faults) -> _Read:
    read = read_typed_claims(file.content, mapping, file.defaults, faults)
    return _Read(
        claims=read.claims,
        extras=read.extras,
        numbers=compute.numbered(2, read.rows + 2).cast(pa.int32()),
        mapping=mapping,
        rows=read.rows,
    )
