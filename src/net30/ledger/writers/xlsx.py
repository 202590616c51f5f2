"""XLSX: for spreadsheet programs; every text is stored as text, so none is ever run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pyarrow as pa
import xlsxwriter  # type: ignore[import-untyped] # it has no types

from net30.kernel.errors import LimitExceeded

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIX = "xlsx"

ROWS_PER_SHEET_MAX = 1_048_575
"""A sheet holds this many rows besides its header; more go on in the next sheet."""

ROWS_MAX = 5_000_000
CELL_CHARACTERS_MAX = 32_767
NUMBER_DIGITS_MAX = 15
"""A spreadsheet's numbers are floats: longer ones are written as text, to the last digit."""

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The same table gives the same bytes: a workbook says when it was made."""

_NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))

Write = Callable[[int, int, Any], object]  # Any: a cell as pyarrow gives it


def write(table: pa.Table) -> bytes:
    """Return a table as a workbook, the first row frozen and filterable.

    Raises LimitExceeded beyond ROWS_MAX rows, or for a text of over 32,767 characters.
    """
    if table.num_rows > ROWS_MAX:
        raise LimitExceeded(
            f"{table.num_rows:,} rows are too many for a workbook",
            hint="export them as CSV or Parquet",
            code="table_too_large",
        )
    sink = BytesIO()
    with xlsxwriter.Workbook(sink, _OPTIONS) as book:
        book.set_properties({"created": _MADE})
        bold = book.add_format({"bold": True})
        for start in range(0, max(1, table.num_rows), ROWS_PER_SHEET_MAX):
            _sheet(book.add_worksheet(), table.slice(start, ROWS_PER_SHEET_MAX), bold)
    return sink.getvalue()


def _sheet(sheet: Any, table: pa.Table, bold: object) -> None:  # Any: xlsxwriter has no types
    writers = [_writer(sheet, column.type) for column in table.columns]
    for x, name in enumerate(table.column_names):
        sheet.write_string(0, x, _text(name), bold)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, table.num_rows, max(0, table.num_columns - 1))
    y = 0
    for batch in table.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            y += 1
            for x, cell in enumerate(row):
                if cell is not None:
                    writers[x](y, x, cell)


def _writer(sheet: Any, kind: pa.DataType) -> Write:  # Any: xlsxwriter has no types
    def text(y: int, x: int, cell: object) -> None:
        sheet.write_string(y, x, _text(str(cell)))

    def number(y: int, x: int, cell: Decimal | float) -> None:
        digits = len(Decimal(cell).normalize().as_tuple().digits)
        if digits > NUMBER_DIGITS_MAX:
            sheet.write_string(y, x, f"{cell:f}" if isinstance(cell, Decimal) else str(cell))
        else:
            sheet.write_number(y, x, cell)

    def measured(y: int, x: int, cell: float) -> None:
        sheet.write_number(y, x, cell)

    def day(y: int, x: int, cell: date) -> None:
        sheet.write_datetime(y, x, cell)

    if pa.types.is_date(kind):
        return day
    if pa.types.is_decimal(kind) or pa.types.is_integer(kind):
        return number
    if pa.types.is_floating(kind):
        return measured
    return text


def _text(text: str) -> str:
    if len(text) > CELL_CHARACTERS_MAX:
        raise LimitExceeded(
            f"a cell of {len(text):,} characters does not fit into a workbook",
            hint=f"a cell holds {CELL_CHARACTERS_MAX:,}; export as CSV instead",
            code="text_too_long",
        )
    return text.translate(_NOT_IN_XML)
