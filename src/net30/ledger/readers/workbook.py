"""XLSX: the first sheet of a workbook, or the one that is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, load_workbook

from net30.kernel.errors import InputError
from net30.ledger import compute
from net30.ledger.faults import Faults
from net30.ledger.readers.sheet import Sheet, checked_sheet
from net30.ledger.readers.workbook_guard import safe_workbook

ROWS_PER_BATCH = 50_000
_DECIMALS_OF_THOUSANDS = 3

Cell = str | float | bool | datetime | date | time | timedelta


def read(content: bytes, sheet_name: str = "") -> Sheet:
    """Return the first sheet that has rows, or the named one.

    The first row with anything in it names the columns. Raises InputError for a damaged workbook
    or an unknown sheet, LimitExceeded for one that unpacks to more than net30 reads.
    """
    try:
        workbook = load_workbook(BytesIO(safe_workbook(content)))
        names = [sheet_name] if sheet_name in workbook.sheet_names else workbook.sheet_names
        if sheet_name and names != [sheet_name]:
            raise InputError(
                f"there is no sheet {sheet_name!r}",
                hint=f"there are: {', '.join(names)}",
                code="no_sheet",
            )
        for name in names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is not None:
                return _table(sheet)
    except (CalamineError, ValueError, OSError) as error:
        raise InputError(
            f"the workbook is damaged: {error}",
            hint="open it in a spreadsheet program and save it again, or save it as CSV",
            code="damaged",
        ) from error
    raise InputError("the workbook is empty", hint="fill in its first sheet", code="empty_file")


def _table(sheet: CalamineSheet) -> Sheet:
    rows = iter(sheet.iter_rows())
    header_row, header = next(
        ((at, cells) for at, row in enumerate(rows, 1) if any(cells := [_text(c) for c in row])),
        (0, []),
    )
    batches = [
        [pa.array(cells, pa.string()) for cells in zip(*texts, strict=True)]
        for texts in _batches(rows)
    ]
    columns = [
        compute.whole(pa.chunked_array([batch[at] for batch in batches], pa.string()))
        for at in range(len(header))
    ]
    count = len(columns[0]) if columns else 0
    numbers = compute.numbered(header_row + 1, header_row + 1 + count).cast(pa.int32())
    return checked_sheet(header, columns, numbers, Faults())


def _batches(rows: Iterator[list[Cell]]) -> Iterator[list[list[str]]]:
    while batch := list(islice(rows, ROWS_PER_BATCH)):
        yield [[_text(cell) for cell in row] for row in batch]


def _text(cell: Cell) -> str:
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float() | int():
            return number_text(cell)
        case datetime():
            return cell.date().isoformat()
        case _:
            return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def number_text(number: float) -> str:
    """Return a stored number as text: 15 digits, as spreadsheets show, with a point.

    >>> number_text(129473.83), number_text(0.1 + 0.2), number_text(1.125), number_text(90000.0)
    ('129473.83', '0.3', '1.1250', '90000')
    """
    text = f"{number:.15g}"
    if "e" in text:
        text = f"{number:.6f}".rstrip("0").rstrip(".")
    if len(text.partition(".")[2]) == _DECIMALS_OF_THOUSANDS:
        text += "0"
    return text
