"""Sheets for tests: a table typed as text, in CSV or XLSX, and what is read from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO

import pyarrow as pa
import xlsxwriter  # type: ignore[import-untyped] # it has no types

from net30.kernel.findings import Severity
from net30.ledger.imports.claims import Defaults, read_claims
from net30.ledger.mapping import DateOrder, Layout, map_columns
from net30.ledger.readers.any_file import read_table
from net30.ledger.readers.sheet import Sheet

TODAY = date(2026, 11, 21)
HEADER = "invoice_id,customer_id,issue_date,due_date,amount,currency,paid_date"

Cell = str | float | date | None


def csv(*rows: str, header: str = HEADER) -> bytes:
    """A CSV file."""
    return "\n".join([header, *rows]).encode()


def xlsx(*rows: Sequence[Cell], sheet: str = "Sheet1") -> bytes:
    """A workbook whose first row is the header; numbers and dates are stored as such."""
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        page = book.add_worksheet(sheet)
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(y, x, cell, day)
                elif isinstance(cell, str):
                    page.write_string(y, x, cell)
                elif cell is not None:
                    page.write_number(y, x, cell)
    return content.getvalue()


def claims(
    content: bytes,
    layout: Layout | None = None,
    *,
    currency: str = "EUR",
    date_order: DateOrder = DateOrder.DAY_FIRST,
) -> tuple[pa.Table, Sheet]:
    """The claims of a file, and its sheet with the faults."""
    sheet = read_table(content)
    mapping = map_columns(sheet.headers, layout)
    defaults = Defaults(currency=currency, date_order=date_order, today=TODAY)
    return read_claims(sheet, mapping, defaults), sheet


def faults(sheet: Sheet) -> list[tuple[str, str]]:
    """The code and the place of each finding."""
    return [(finding.code, finding.path) for finding in sheet.faults.shown]


def errors(sheet: Sheet) -> list[tuple[str, str]]:
    """The code and the place of each error."""
    return [
        (finding.code, finding.path)
        for finding in sheet.faults.shown
        if finding.severity is Severity.ERROR
    ]
