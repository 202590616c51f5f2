"""CSV: text with commas, semicolons, tabs or bars, in UTF-8, UTF-16 or Windows-1252."""

from __future__ import annotations

import csv
import re
import zlib
from io import BytesIO
from typing import Literal

import pyarrow as pa
import pyarrow.csv as pv

from net30.kernel.errors import InputError, LimitExceeded
from net30.kernel.findings import Severity
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.faults import Faults, path_of
from net30.ledger.limits import COLUMNS_MAX, UNPACKED_BYTES_MAX, check_limit
from net30.ledger.readers.sheet import Sheet, checked_sheet
from net30.ledger.safe_cells import restored

DELIMITERS = (",", ";", "\t", "|")
HEADER_BYTES_MAX = 262_144
GZIP_MAGIC = b"\x1f\x8b"

QUOTE_OPEN = "a quotation mark is never closed: rows after it may have been read as one"
_EXCEL_HINT = re.compile(rb'^"?sep=(.)"?\r?\n')


def read(content: bytes, faults: Faults | None = None) -> Sheet:
    """Return the sheet of a CSV file, also gzipped.

    The first row names the columns. Rows with another number of cells are left out as faults;
    lines in a second encoding are read and told. Raises InputError for what is no table.
    """
    faults = faults or Faults()
    text = as_utf8(unpacked(content), faults)
    text, delimiter = excel_hint(text)
    skipped = 0 if delimiter is None else 1
    header, delimiter = header_of(text, delimiter)
    check_limit("columns", len(header), COLUMNS_MAX)
    if text.count(b'"') % 2:
        faults.add("quote_open", "", QUOTE_OPEN, Severity.WARNING)
    columns, rows = cells_of(text, delimiter, len(header), faults, skipped)
    if b"'" in text:  # the guards of an export against formulas
        columns = [restored(column) for column in columns]
        header = compute.texts(restored(pa.array(header, pa.string())))
    # The header is the first record of the table: it may hold line breaks too.
    return checked_sheet(header, [column.slice(1) for column in columns], rows.slice(1), faults)


def unpacked(content: bytes) -> bytes:
    """Return what is in a gzip file, or the content itself; LimitExceeded beyond 512 MB."""
    if not content.startswith(GZIP_MAGIC):
        return content
    unpack = zlib.decompressobj(wbits=31)
    try:
        text = unpack.decompress(content, UNPACKED_BYTES_MAX)
    except zlib.error as error:
        raise InputError(
            f"the gzip file is damaged: {error}", hint="pack it again", code="damaged"
        ) from error
    if unpack.unconsumed_tail:
        raise LimitExceeded(
            f"the file unpacks to more than {UNPACKED_BYTES_MAX:,} bytes",
            hint="split the file",
            code="table_too_large",
        )
    return text


def as_utf8(content: bytes, faults: Faults) -> bytes:
    """Return text of any encoding as UTF-8 without its mark; a guessed one is told."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace").encode()
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _transcoded(content, faults)
    return content


def _transcoded(content: bytes, faults: Faults) -> bytes:
    """Return UTF-8 of a file in Windows-1252, or in UTF-8 with lines that are not."""
    lines = content.split(b"\n")
    foreign = []
    has_utf8 = False
    for at, line in enumerate(lines):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            has_utf8 = True
        except UnicodeDecodeError:
            foreign.append(at)
            lines[at] = line.decode("cp1252", errors="replace").encode()
    if not has_utf8:
        faults.add("encoding", "", "the file was read as Windows-1252", Severity.NOTE)
        return b"\n".join(lines)
    for at in foreign:
        faults.add(
            "encoding_mixed",
            f"lines[{at + 1}]",
            "this line is Windows-1252 in a file of UTF-8: check its accents",
            Severity.WARNING,
        )
    return b"\n".join(lines)


def excel_hint(text: bytes) -> tuple[bytes, str | None]:
    """Take off Excel's own first line, such as sep=; and return its delimiter."""
    match = _EXCEL_HINT.match(text)
    if match is None:
        return text, None
    return text[match.end() :], match[1].decode("ascii", errors="replace")


def header_of(text: bytes, delimiter: str | None) -> tuple[list[str], str]:
    """Return the names in the first record, and the delimiter, guessed without one."""
    start = text[:HEADER_BYTES_MAX].decode("utf-8", errors="ignore")
    if not start.strip():
        raise InputError("the file is empty", hint="export the table once more", code="empty_file")
    choices = DELIMITERS if delimiter is None else (delimiter,)
    found = [(_first_record(start, choice), choice) for choice in choices]
    return max(found, key=lambda pair: len(pair[0]))


def _first_record(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [])
    except (csv.Error, TypeError) as error:
        raise InputError(
            f"the first row cannot be read: {error}",
            hint="the first row names the columns, each at most 131,072 characters long",
            code="no_header",
        ) from error


def cells_of(
    text: bytes, delimiter: str, width: int, faults: Faults, before: int = 0
) -> tuple[list[Column], Column]:
    """Return the cells of records, and each row's number; so many lines come `before` the text.

    Records of another width are left out and told.
    """
    ragged: list[int] = []

    def note(row: pv.InvalidRow) -> Literal["skip"]:
        ragged.append(row.number or 0)
        faults.add(
            "row_width",
            path_of((row.number or 0) + before),
            f"the row has {row.actual_columns} cells, the header {row.expected_columns}",
        )
        return "skip"

    names = [f"c{at}" for at in range(width)]
    try:
        table = pv.read_csv(
            BytesIO(text),
            # One block and one thread: row numbers are known, and no cell lies across two blocks.
            read_options=pv.ReadOptions(
                column_names=names, use_threads=False, block_size=len(text) + 1
            ),
            parse_options=pv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=b'"' in text,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            convert_options=pv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise InputError(
            f"the file is no table: {error}",
            hint="save it as CSV in UTF-8, or as XLSX",
            code="no_table",
        ) from error
    rows = compute.numbered(1, table.num_rows + len(ragged) + 1).cast(pa.int32())
    if ragged:
        rows = rows.filter(compute.no(compute.within(rows, pa.array(ragged, pa.int32()))))
    return [compute.whole(column) for column in table.columns], compute.plus(rows, before)
