"""A sheet: the table of a file as it lay there, every cell as text."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from net30.kernel.errors import InputError
from net30.ledger.faults import Faults
from net30.ledger.limits import CELL_CHARACTERS_MAX, COLUMNS_MAX, ROWS_MAX, check_limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Headers and columns of text; `rows` holds the number of each row, the header being row 1.

    Numbers that the file stored as numbers are written with a point and never with exactly three
    decimals, so that they cannot be taken for thousands.
    """

    headers: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    rows: pa.Array
    faults: Faults

    def column(self, header: str) -> pa.Array:
        """Return a column by its header; the first when several bear it."""
        return self.columns[self.headers.index(header)]


def checked_sheet(
    headers: list[str], columns: list[pa.Array], rows: pa.Array, faults: Faults
) -> Sheet:
    """Return a sheet without its empty rows; rows with a cell too long are left out as faults.

    Raises InputError without headers, LimitExceeded beyond the published limits.
    """
    check_limit("columns", len(headers), COLUMNS_MAX)
    check_limit("rows", len(rows), ROWS_MAX)
    names = [header.strip() for header in headers]
    if not any(names):
        raise InputError(
            "the file has no header row",
            hint="the first row names the columns, e.g. invoice_id,customer_id,issue_date,amount",
            code="no_header",
        )
    kept = pc.and_(_not_empty(columns, rows), _short_enough(names, columns, rows, faults))
    if not pc.all(kept).as_py():
        columns = [column.filter(kept) for column in columns]
        rows = rows.filter(kept)
    return Sheet(headers=tuple(names), columns=tuple(columns), rows=rows, faults=faults)


def _not_empty(columns: list[pa.Array], rows: pa.Array) -> pa.Array:
    filled = pa.repeat(pa.scalar(value=False), len(rows))
    for column in columns:
        filled = pc.or_(filled, pc.not_equal(column, pa.scalar("")))
        if pc.all(filled).as_py():
            break
    return filled


def _short_enough(
    names: list[str], columns: list[pa.Array], rows: pa.Array, faults: Faults
) -> pa.Array:
    short = pa.repeat(pa.scalar(value=True), len(rows))
    for name, column in zip(names, columns, strict=True):
        fits = pc.less_equal(pc.utf8_length(column), pa.scalar(CELL_CHARACTERS_MAX))
        if not pc.all(fits).as_py():
            long = rows.filter(pc.invert(fits))
            faults.add_rows("cell_too_long", (long, name), _too_long, long)
            short = pc.and_(short, fits)
    return short


def _too_long(_: str) -> str:
    return f"the cell has more than {CELL_CHARACTERS_MAX:,} characters"
