"""A sheet: the table of a file as it lay there, every cell as text."""

from __future__ import annotations

from dataclasses import dataclass

from net30.kernel.errors import InputError
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.faults import Faults
from net30.ledger.limits import CELL_CHARACTERS_MAX, CELLS_MAX, COLUMNS_MAX, ROWS_MAX, check_limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Headers and columns of text; `rows` holds the number of each row, the header being row 1.

    Numbers that the file stored as numbers are written with a point and never with exactly three
    decimals, so that they cannot be taken for thousands.
    """

    headers: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Column
    faults: Faults

    def column(self, header: str) -> Column:
        """Return a column by its header; the first when several bear it."""
        return self.columns[self.headers.index(header)]


def checked_sheet(headers: list[str], columns: list[Column], rows: Column, faults: Faults) -> Sheet:
    """Return a sheet without its empty rows; rows with a cell too long are left out as faults.

    Raises InputError without headers, LimitExceeded beyond the published limits.
    """
    check_limit("columns", len(headers), COLUMNS_MAX)
    check_limit("rows", len(rows), ROWS_MAX)
    check_limit("cells", len(headers) * len(rows), CELLS_MAX)
    names = [header.strip() for header in headers]
    if not any(names):
        raise InputError(
            "the file has no header row",
            hint="the first row names the columns, e.g. invoice_id,customer_id,issue_date,amount",
            code="no_header",
        )
    kept = compute.both(_not_empty(columns, rows), _short_enough(names, columns, rows, faults))
    if not compute.every(kept):
        columns = [column.filter(kept) for column in columns]
        rows = rows.filter(kept)
    return Sheet(headers=tuple(names), columns=tuple(columns), rows=rows, faults=faults)


def _not_empty(columns: list[Column], rows: Column) -> Column:
    filled = compute.repeat(False, len(rows))
    for column in columns:
        filled = compute.either(filled, compute.differ(column, ""))
        if compute.every(filled):
            break
    return filled


def _short_enough(names: list[str], columns: list[Column], rows: Column, faults: Faults) -> Column:
    short = compute.repeat(True, len(rows))
    for name, column in zip(names, columns, strict=True):
        fits = compute.at_most(compute.length(column), CELL_CHARACTERS_MAX)
        if not compute.every(fits):
            long = rows.filter(compute.no(fits))
            faults.add_rows("cell_too_long", (long, name), _too_long, long)
            short = compute.both(short, fits)
    return short


def _too_long(_: str) -> str:
    return f"the cell has more than {CELL_CHARACTERS_MAX:,} characters"
