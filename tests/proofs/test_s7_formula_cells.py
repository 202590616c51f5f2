"""S7: texts that a spreadsheet program would run, written to CSV and XLSX and read back.

By each writer, and by everything that writes a file for people: exports, the assistant's tables,
statements, reports, scores and findings, of companies whose customers, numbers and columns are
hostile.

What counts as run: a CSV field that, as Excel or LibreOffice would cut the file (at commas, and at
semicolons where that is the list separator), begins with = + - @, a tabulator or a line end after
any blanks; a workbook cell that is stored as a formula or a link.
"""

from __future__ import annotations

import csv
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.csv as pv

import net30
from net30.kernel.plugins import load
from net30.ledger.compute import Column
from net30.ledger.readers.any_file import read_table
from tests.proofs.hostile_files import Written, files_of, hostile
from tests.proofs.proof import Outcome

ID = "S7"
TITLE = "cells that a spreadsheet runs, or texts that do not come back"
SMALL = 600
FULL = 50_000

WRITERS = "net30.ledger.writers"
COLUMNS = 4
ROWS_A_COMPANY = 5_000
_WRITES = re.compile(
    r"write_csv|CSVWriter|csv\.writer|DictWriter|xlsxwriter|openpyxl"
    r"|writers\.csv import.*\bwritten$",
    re.MULTILINE,
)
_WRITING = {
    "ledger/writers/csv.py",
    "ledger/writers/xlsx.py",
    "ledger/invented/files.py",  # of invented names only
    "ledger/writers/csv_excel.py",
    "services/reporting/long_form.py",
    "services/reporting/workbook.py",
    "services/batch/output.py",  # of tables that the CSV writer made safe
}
"""The files that write cells: with another one, this proof must be told of what it writes."""

Files = Callable[[Path, random.Random], Iterator[Written]]

_RUNS = re.compile(r"^[\s\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠−﹦﹢﹣﹫]")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


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


def of_companies(
    companies: int, chance: random.Random, files: Files = files_of
) -> Iterator[tuple[int, str]]:
    """Yield how many texts each file of each company holds, and what is wrong with it."""
    for _ in range(companies):
        with tempfile.TemporaryDirectory() as home:
            for file in files(Path(home), chance):
                ran = ran_by(file.form)(file.content)
                missing = len({_unended(text) for text in file.texts} - _cells(file.content))
                wrong = f"{file.by} as {file.form}: {ran} would run, {missing} did not come back"
                yield max(1, len(file.texts)), wrong if ran or missing else ""


def ran_by(form: str) -> Callable[[bytes], int]:
    """What counts the cells of a form that would be run."""
    return run_by_xlsx if form == "xlsx" else run_by_csv


def _cells(content: bytes) -> set[str]:
    sheet = read_table(content)
    texts = [sheet.column(header).to_pylist() for header in sheet.headers]
    return {_unended(text) for text in (*sheet.headers, *(one for each in texts for one in each))}


def run(size: int, seed: int) -> Outcome:
    """Write `size` rows in each format, look at every cell, read all of it back."""
    chance = random.Random(seed)
    failures = tries = 0
    details = []
    left = size
    while left > 0:
        rows = min(left, ROWS_A_COMPANY)
        left -= rows
        table = tables(rows, chance)
        for name in ("csv", "csv_excel", "xlsx"):
            content = load(WRITERS, name).write(table)
            executed = ran_by(name)(content)
            missing = lost(table, content)
            tries += rows * COLUMNS
            failures += executed + missing
            if executed or missing:
                details.append(f"{name}: {executed} would run, {missing} did not come back")
    files = 0
    for texts, wrong in of_companies(-(-size // ROWS_A_COMPANY), chance):
        files, tries, failures = files + 1, tries + texts, failures + bool(wrong)
        details += [wrong] if wrong else []
    return Outcome(tries, failures, "\n".join(details[:5]) or f"three writers; {files} files")


def test_no_cell_is_run_and_every_text_comes_back() -> None:
    outcome = run(SMALL, seed=7)
    assert outcome.failures == 0, outcome.detail


def test_a_writer_without_the_guard_is_noticed() -> None:
    sink = BytesIO()
    pv.write_csv(tables(50, random.Random(1)), sink)
    assert run_by_csv(sink.getvalue()) > 0


def test_a_workbook_writer_that_takes_texts_for_formulas_is_noticed() -> None:
    import xlsxwriter  # type: ignore[import-untyped] # it has no types

    sink = BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        book.add_worksheet().write(0, 0, "=1+1")
    assert run_by_xlsx(sink.getvalue()) == 1


def _unguarded(home: Path, chance: random.Random) -> Iterator[Written]:
    """The files of a company, the tables for programs written without their guard."""
    for file in files_of(home, chance):
        bare = read_table(file.content)
        sink = BytesIO()
        columns = {header: bare.column(header) for header in bare.headers}
        pv.write_csv(pa.table(columns), sink)
        yield replace(file, content=sink.getvalue(), form="csv")


def test_files_without_the_guard_are_noticed_whoever_writes_them() -> None:
    found = [wrong for _, wrong in of_companies(1, random.Random(3), _unguarded)]
    caught = {wrong.partition(" as ")[0] for wrong in found if wrong}
    assert caught >= {"export invoices", "export customers", "statement", "scores"}


def test_every_file_for_people_is_written_by_a_writer_that_is_proved() -> None:
    source = Path(net30.__file__).parent
    found = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if _WRITES.search(path.read_text(encoding="utf-8"))
    }
    assert found == _WRITING
