"""CSV piece by piece: the sheet of a file of any size, some rows at a time.

Text in UTF-8 is never in memory as a whole. What is packed, or in another encoding, is read as one
within the published limits, and divided all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from net30.kernel.findings import Severity
from net30.ledger.compute import Column
from net30.ledger.faults import Faults
from net30.ledger.limits import COLUMNS_MAX, FILE_BYTES_MAX, check_limit
from net30.ledger.readers.delimited import (
    QUOTE_OPEN,
    as_utf8,
    cells_of,
    excel_hint,
    header_of,
    unpacked,
)
from net30.ledger.readers.sheet import Sheet, checked_sheet
from net30.ledger.safe_cells import restored

_READ_BYTES = 16 * 1024**2
RECORD_BYTES_MAX = 64 * 1024**2
"""A quotation mark that is open for longer than this was none."""


def pieces(path: Path, faults: Faults, piece_bytes: int) -> Iterator[Sheet]:
    """Return the table of a CSV file as sheets, all with the same headers.

    Raises InputError for what is no table, LimitExceeded beyond the published limits of a piece.
    """
    with _opened(path, faults) as file:
        records = _Records(file, piece_bytes)
        text, delimiter = excel_hint(records.take())
        before = 0 if delimiter is None else 1
        header, delimiter = header_of(text, delimiter)
        check_limit("columns", len(header), COLUMNS_MAX)
        names: list[str] = []
        while text:
            ragged = faults.counts["row_width"]
            columns, rows = cells_of(text, delimiter, len(header), faults, before)
            before += len(rows) + faults.counts["row_width"] - ragged
            if b"'" in text:  # the guards of an export against formulas
                columns = [restored(column) for column in columns]
            if not names:
                # The header is the first record of the table: it may hold line breaks too.
                names = [_first(column) for column in columns]
                columns, rows = [column.slice(1) for column in columns], rows.slice(1)
            yield checked_sheet(names, columns, rows, faults)
            text = records.take()
        if records.is_open:
            faults.add("quote_open", "", QUOTE_OPEN, Severity.WARNING)


def _first(column: Column) -> str:
    return str(column[0].as_py()) if len(column) else ""


@contextmanager
def _opened(path: Path, faults: Faults) -> Iterator[BinaryIO]:
    if _is_utf8(path):
        with path.open("rb") as file:
            if file.read(3) != b"\xef\xbb\xbf":
                file.seek(0)
            yield file
        return
    check_limit("bytes", path.stat().st_size, FILE_BYTES_MAX)
    yield BytesIO(as_utf8(unpacked(path.read_bytes()), faults))


def _is_utf8(path: Path) -> bool:
    with path.open("rb") as file:
        rest = b""
        while piece := file.read(_READ_BYTES):
            text = rest + piece
            cut = text.rfind(b"\n") + 1 or len(text)
            if not _decodes(text[:cut]):
                return False
            rest = text[cut:]
    return _decodes(rest)


def _decodes(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Records:
    """Text in pieces that end where a record ends: at a line break outside quotation marks."""

    def __init__(self, file: BinaryIO, piece_bytes: int) -> None:
        self._file = file
        self._bytes = piece_bytes
        self._rest = b""
        self.is_open = False

    def take(self) -> bytes:
        """Return the next piece; nothing at the end."""
        text = self._rest
        while piece := self._file.read(self._bytes):
            text += piece
            check_limit("bytes without a line break", len(text), FILE_BYTES_MAX)
            cut = _end_of_records(text)
            if not cut and len(text) > RECORD_BYTES_MAX:
                cut, self.is_open = text.rfind(b"\n") + 1, True
            if cut:
                self._rest = text[cut:]
                return text[:cut]
        self._rest = b""
        self.is_open = self.is_open or text.count(b'"') % 2 == 1
        return text


def _end_of_records(text: bytes) -> int:
    """Return the place after the last line break with whole pairs of quotation marks before it."""
    cut = text.rfind(b"\n")
    marks = text.count(b'"', 0, max(cut, 0))
    while cut >= 0 and marks % 2:
        earlier = text.rfind(b"\n", 0, cut)
        marks -= text.count(b'"', max(earlier, 0), cut)
        cut = earlier
    return cut + 1
