"""XLSX: the first sheet of a workbook that has rows, or the one that is named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pyarrow as pa

from net30.kernel.errors import InputError
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.faults import Faults
from net30.ledger.limits import ROWS_MAX, TEXT_BYTES_MAX, check_limit
from net30.ledger.readers.sheet import Sheet, checked_sheet
from net30.ledger.readers.workbook_parts import opened
from net30.ledger.readers.workbook_rows import CellMeanings, Cells, rows_of
from net30.ledger.readers.workbook_styles import sheet_parts

ROWS_PER_BATCH = 50_000


def read(content: bytes, sheet_name: str = "", faults: Faults | None = None) -> Sheet:
    """Return the first sheet that has rows, or the named one.

    The first row with anything in it names the columns; cells beyond it are left out. Raises
    InputError for a damaged workbook or an unknown sheet, LimitExceeded for one that comes to more
    than net30 reads.
    """
    with opened(content) as workbook:
        if not workbook.has("xl/workbook.xml"):
            raise InputError(
                "the file is a zip but no XLSX workbook",
                hint="save the table as XLSX or CSV",
                code="no_table",
            )
        sheets = sheet_parts(workbook)
        if sheet_name and sheet_name not in sheets:
            raise InputError(
                f"there is no sheet {sheet_name!r}",
                hint=f"there are: {', '.join(sheets)}",
                code="no_sheet",
            )
        meanings = CellMeanings.of(workbook)
        for name in [sheet_name] if sheet_name else list(sheets):
            rows = rows_of(workbook, sheets[name], meanings)
            header = next(rows, None)
            if header:
                return _table(header[1], rows, faults or Faults())
    raise InputError("the workbook is empty", hint="fill in its first sheet", code="empty_file")


def _table(header: Cells, rows: Iterator[tuple[int, Cells]], faults: Faults) -> Sheet:
    columns = sorted(header)
    parts: list[list[Column]] = [[] for _ in columns]
    numbers: list[int] = []
    size = 0
    while batch := list(islice(rows, ROWS_PER_BATCH)):
        numbers.extend(number for number, _ in batch)
        check_limit("rows", len(numbers), ROWS_MAX)
        for at, column in enumerate(columns):
            texts = [cells.get(column, "") for _, cells in batch]
            # One long text that all cells refer to is small until each row has its own.
            size += sum(map(len, texts))
            check_limit("bytes of text", size, TEXT_BYTES_MAX)
            parts[at].append(pa.array(texts, pa.string()))
    return checked_sheet(
        [header[column] for column in columns],
        [compute.whole(pa.chunked_array(part, pa.string())) for part in parts],
        pa.array(numbers, pa.int32()),
        faults,
    )
