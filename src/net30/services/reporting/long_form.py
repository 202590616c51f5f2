"""Long form: a report as plain rows for programs, one a cell; no text of it is ever run."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from net30.ledger import compute
from net30.ledger.safe_cells import neutralised
from net30.ledger.writers.csv import written
from net30.services.reporting.cells import plain_cell
from net30.services.reporting.content import ReportContent

COLUMNS = ("section", "row", "column", "value", "unit", "currency")
FINDING, NOTE, TEXT = "finding", "note", "text"

Row = tuple[str, int | None, str, str, str, str]


def write(content: ReportContent) -> bytes:
    """Return section, row (from 1), column, value, unit and currency of every cell as CSV.

    Amounts are decimals in major units, shares 0-1, days of the calendar YYYY-MM-DD. What a section
    found and its notes stand in rows without a number.
    """
    rows = list(_rows(content))
    number = pa.array([row[1] for row in rows], pa.int64())
    texts = {
        name: pa.array([row[at] for row in rows], pa.string())
        for at, name in enumerate(COLUMNS)
        if at != 1
    }
    is_text = compute.equal(texts["unit"], TEXT)
    # A number is a number, also one below 0: only words are made harmless.
    values = [
        harmless if words else value
        for harmless, words, value in zip(
            compute.texts(neutralised(texts["value"])),
            is_text.to_pylist(),
            compute.texts(texts["value"]),
            strict=True,
        )
    ]
    columns = {
        "section": neutralised(texts["section"]),
        "row": number,
        "column": neutralised(texts["column"]),
        "value": pa.array(values, pa.string()),
        "unit": texts["unit"],
        "currency": texts["currency"],
    }
    return written(pa.table(columns), ",")


def _rows(content: ReportContent) -> Iterator[Row]:
    for section in content.sections:
        named = f"{section.heading} {section.currency}".strip()
        yield named, None, FINDING, section.finding, TEXT, ""
        for at, row in enumerate(section.table.rows, start=1):
            for column, cell in zip(section.table.columns, row, strict=True):
                if cell is not None:
                    yield (named, at, column, *plain_cell(cell))
        for note in section.notes:
            yield named, None, NOTE, note, TEXT, ""
    for note in content.notes:
        yield content.title, None, NOTE, note, TEXT, ""
