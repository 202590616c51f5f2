"""History pieces: a file of invoices of any size, read as claims some rows at a time.

What a column means, whether the day or the month comes first and which mark is the decimal one
are decided for the file as a whole before its first row is read, so that no division of the file
changes what a row says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from net30.kernel.errors import InputError, NotFound
from net30.kernel.findings import Severity
from net30.kernel.money import currency_digits, digits_of
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.faults import Faults
from net30.ledger.imports.claim_rows import cleaned
from net30.ledger.imports.claims import Defaults, read_claims
from net30.ledger.imports.day_text import has_order, proven_orders
from net30.ledger.imports.number_text import (
    is_simple,
    signs_of_style,
    split_currency,
    style_by,
    tidied,
)
from net30.ledger.imports.typed_claims import typed_claims, typed_headers, typed_mapping
from net30.ledger.mapping import DateOrder, Layout, Mapping, Role, map_columns
from net30.ledger.readers import any_file, delimited_pieces, parquet
from net30.ledger.readers.sheet import Sheet

ROWS_A_PIECE = 131_072
_BYTES_A_ROW = 128
"""About so long is a row of text."""

_NOT_FOR_HISTORIES = (Role.NET, Role.TAX, Role.EMAIL, Role.METHOD)
"""Roles that say nothing of when an invoice is paid: what is wrong in them is of no matter."""
_DAYS = (Role.ISSUE_DATE, Role.DUE_DATE, Role.PAID_DATE)
_AMOUNTS = (Role.AMOUNT, Role.BALANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPath:
    """A file of invoices, and how to read it; the layout is recognised or guessed without one.

    `rows_a_piece` bounds the memory and changes nothing else.
    """

    path: Path
    defaults: Defaults
    layout: Layout | None = None
    rows_a_piece: int = ROWS_A_PIECE

    def __post_init__(self) -> None:
        """Refuse a file that is not there."""
        if not self.path.is_file():
            raise NotFound(
                f"there is no file {str(self.path)!r}", hint="check the path", code="file"
            )
        digits_of(self.defaults.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Good rows as claims (row, external_id, customer_ref, amount, ...) and further columns.

    `rows` are those that were read, good or not, without empty ones.
    """

    claims: pa.Table
    extras: Pairs[str, Column]
    rows: int


def first_rows(file: HistoryPath) -> Sheet:
    """Return the first rows of a file as they are written, so that its columns can be named.

    Raises InputError for what is no table.
    """
    for sheet in _sheets(file, Faults(0)):
        return sheet
    raise InputError("the file is empty", hint="export the table once more", code="empty_file")


@dataclass(slots=True)
class HistoryPieces:
    """A file opened for reading piece by piece; what is wrong with rows goes to `faults`.

    Of the further columns the `wanted` are there for certain; None wants all.
    """

    file: HistoryPath
    faults: Faults
    wanted: Collection[str] | None = None
    mapping: Mapping = field(init=False)
    _typed: bool = field(init=False)

    def __post_init__(self) -> None:
        """Decide what the columns mean, and how days and amounts are written."""
        kind = _kind(self.file.path)
        typed = typed_mapping(self.file.path, self.file.layout) if kind == "parquet" else None
        self._typed = typed is not None
        self.mapping = typed or self._decided()
        if Role.CURRENCY not in self.mapping.columns and not self.mapping.layout.currency:
            message = f"no column tells the currency: {self.file.defaults.currency} was taken"
            self.faults.add("currency_taken", "currency", message, Severity.NOTE)

    def __iter__(self) -> Iterator[Piece]:
        """Read every piece; raise InputError when there is not one row."""
        rows = 0
        for piece in self._typed_pieces() if self._typed else self._text_pieces():
            rows += piece.rows
            yield piece
        if not rows:
            raise InputError(
                "the file has a header but no rows",
                hint="give a table with one invoice a row",
                code="no_rows",
            )

    def _typed_pieces(self) -> Iterator[Piece]:
        first, mapping = 2, self._needed()
        # A row with nothing but what nobody wants is a fault; one with nothing at all is none.
        if not parquet.is_full(self.file.path, mapping.columns[Role.ISSUE_DATE]):
            mapping = self.mapping
        headers = typed_headers(mapping)
        for table in parquet.typed_pieces(self.file.path, headers, self.file.rows_a_piece):
            read = typed_claims(table, first, mapping, self.file.defaults, self.faults)
            numbers = compute.numbered(first, first + table.num_rows).cast(pa.int32())
            first += table.num_rows
            yield _piece(read.claims, read.extras, numbers, read.rows)

    def _text_pieces(self) -> Iterator[Piece]:
        left_out = self._left_out()
        for sheet in _sheets(self.file, self.faults):
            claims = read_claims(sheet, replace(self.mapping, extras=()), self.file.defaults)
            extras = {name: cleaned(sheet.column(name)) for name in self._needed().extras}
            more, left_out = self._left_out() - left_out, self._left_out()
            yield _piece(claims, extras, sheet.rows, len(sheet.rows) + more)

    def _needed(self) -> Mapping:
        """Return the mapping without the further columns that nobody wants."""
        if self.wanted is None:
            return self.mapping
        extras = tuple(name for name in self.mapping.extras if name in self.wanted)
        return replace(self.mapping, extras=extras)

    def _left_out(self) -> int:
        return self.faults.counts["row_width"] + self.faults.counts["cell_too_long"]

    def _decided(self) -> Mapping:
        """Return the mapping with the styles that all pieces together show."""
        shown = _Shown()
        mapping: Mapping | None = None
        for sheet in _sheets(self.file, Faults(0)):
            mapping = mapping or map_columns(sheet.headers, self.file.layout)
            shown.look_at(sheet, mapping)
        if mapping is None:
            raise InputError(
                "the file is empty", hint="export the table once more", code="empty_file"
            )
        columns = {
            role: name for role, name in mapping.columns.items() if role not in _NOT_FOR_HISTORIES
        }
        layout = shown.said_by(mapping.layout, self.file.defaults, self.faults)
        return replace(mapping, columns=columns, layout=layout)


@dataclass(slots=True)
class _Shown:
    """What the pieces of a file show of how its days and amounts are written."""

    orders: set[DateOrder] = field(default_factory=set)
    has_order: bool = False
    signs: Counter[str] = field(default_factory=Counter)
    simple: bool = True
    currency: str = ""

    def look_at(self, sheet: Sheet, mapping: Mapping) -> None:
        """Add what one piece shows."""
        if not self.currency and Role.CURRENCY in mapping.columns:
            codes = compute.upper(cleaned(sheet.column(mapping.columns[Role.CURRENCY])))
            self.currency = next((c for c in compute.distinct(codes) if c in currency_digits()), "")
        for role in _DAYS:
            if role in mapping.columns:
                column = cleaned(sheet.column(mapping.columns[role]))
                words = compute.texts(compute.coded(column).dictionary)
                self.orders |= proven_orders(words)
                self.has_order = self.has_order or has_order(words)
        for role in _AMOUNTS:
            if role in mapping.columns:
                texts = cleaned(sheet.column(mapping.columns[role]))
                if is_simple(texts):  # what most files are: only a point can be seen in it
                    self.signs["decimal."] += compute.count(compute.matches(texts, r"\."))
                    continue
                self.simple = False
                self.signs += signs_of_style(split_currency(tidied(texts))[0])

    def said_by(self, layout: Layout, defaults: Defaults, faults: Faults) -> Layout:
        """Return the layout with what it leaves open decided, and say what was not sure."""
        mark, order = layout.decimal_mark, layout.date_order
        if not mark and not self.simple:
            usual = self.currency or layout.currency or defaults.currency
            style = style_by(self.signs, digits_of(usual))
            mark = style.decimal_mark
            if style.mixed or not style.sure:
                other = "some are written another way" if style.mixed else "none of them proves it"
                _say(
                    faults,
                    "amount_style",
                    Role.AMOUNT,
                    f"{mark!r} was taken as decimal mark",
                    other,
                )
        if order is None:
            order = next(iter(self.orders)) if len(self.orders) == 1 else defaults.date_order
            if self.has_order and len(self.orders) != 1:
                reading = "day" if order is DateOrder.DAY_FIRST else "month"
                other = "some are written another way" if self.orders else "none of them proves it"
                _say(faults, "date_order", Role.ISSUE_DATE, f"the {reading} was taken first", other)
        return replace(layout, decimal_mark=mark, date_order=order)


def _say(faults: Faults, code: str, role: Role, taken: str, why: str) -> None:
    message = f"{taken}, though {why}; a layout's decimal_mark and date_order say otherwise"
    faults.add(code, role.value, message, Severity.WARNING)


def _piece(claims: pa.Table, extras: Pairs[str, Column], numbers: Column, rows: int) -> Piece:
    if claims.num_rows < len(numbers):
        place = compute.place_in(claims["row"], numbers)
        extras = {name: column.take(place) for name, column in extras.items()}
    return Piece(claims=claims, extras=extras, rows=rows)


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(parquet.MAGIC):
        return "parquet"
    whole = (any_file.ZIP_MAGIC, any_file.OLE_MAGIC, any_file.PDF_MAGIC)
    return "whole" if head.startswith(whole) else "delimited"


def _sheets(file: HistoryPath, faults: Faults) -> Iterator[Sheet]:
    kind, rows = _kind(file.path), file.rows_a_piece
    if kind == "parquet":
        yield from parquet.pieces(file.path, rows, faults)
    elif kind == "delimited":
        yield from delimited_pieces.pieces(file.path, faults, rows * _BYTES_A_ROW)
    else:
        whole = any_file.read_table(file.path.read_bytes(), faults=faults)
        for start in range(0, max(len(whole.rows), 1), rows):
            columns = tuple(column.slice(start, rows) for column in whole.columns)
            yield replace(whole, columns=columns, rows=whole.rows.slice(start, rows))
