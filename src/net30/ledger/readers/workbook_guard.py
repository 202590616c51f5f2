"""The guard before a workbook is read: what a small file could make the reader take in memory.

A workbook is a zip of XML. Packed zeros, a sheet with one cell in its farthest corner, or one long
text that every cell refers to, turn kilobytes into gigabytes inside the reader, which then ends
the whole process. So the parts the reader needs are unpacked here up to a limit, looked through,
and handed on in a fresh zip without compression: the reader sees exactly what was checked.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from net30.kernel.errors import InputError
from net30.ledger.limits import (
    COLUMNS_MAX,
    RATIO_CHECKED_FROM_BYTES,
    ROWS_MAX,
    TEXT_BYTES_MAX,
    UNPACKED_BYTES_MAX,
    UNPACKED_RATIO_MAX,
    WORKBOOK_CELLS_MAX,
    check_limit,
)

MEMBERS_MAX = 2_000
_NEEDED = (".xml", ".rels")
_CHUNK_BYTES = 1024**2

# Any attribute r with a cell's or a row's place, however it is spaced or quoted.
_PLACE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{0,8})(\d{1,20})""")
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>\s*(\d{1,9})\b")
_TEXT = re.compile(rb"<(?:\w+:)?si\b")


def safe_workbook(content: bytes) -> bytes:
    """Return the same workbook, unpacked and looked through.

    Raises InputError for a damaged one or one that is no XLSX, LimitExceeded for one whose cells
    or texts would be more than net30 reads.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = dict(_parts(packed))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError,
            RuntimeError, ValueError) as error:  # fmt: skip
        raise InputError(
            f"the workbook is damaged: {error}",
            hint="open it in a spreadsheet program and save it again, or save it as CSV",
            code="damaged",
        ) from error
    if not any(name.lower() == "xl/workbook.xml" for name in parts):
        raise InputError(
            "the file is a zip but no XLSX workbook",
            hint="save the table as XLSX or CSV",
            code="no_table",
        )
    _check_cells(parts)
    return _stored(parts)


def _parts(packed: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    check_limit("parts", len(packed.infolist()), MEMBERS_MAX)
    left = UNPACKED_BYTES_MAX
    seen = set()
    for member in packed.infolist():
        if not member.filename.lower().endswith(_NEEDED):
            continue
        if member.filename.lower() in seen:
            raise InputError(
                f"the workbook has two parts called {member.filename!r}",
                hint="save it again with a spreadsheet program",
                code="damaged",
            )
        seen.add(member.filename.lower())
        part = _unpacked(packed, member, left)
        left -= len(part)
        yield member.filename, part


def _unpacked(packed: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    # The sizes in a zip are claims; what is counted is what comes out.
    pieces, size = [], 0
    with packed.open(member) as part:
        while piece := part.read(_CHUNK_BYTES):
            size += len(piece)
            check_limit("bytes when unpacked", size, left)
            if size > RATIO_CHECKED_FROM_BYTES:
                ratio = size // max(1, member.compress_size)
                check_limit("bytes for each packed byte", ratio, UNPACKED_RATIO_MAX)
            pieces.append(piece)
    content = b"".join(pieces)
    if b"\x00" in content:
        raise InputError(
            f"{member.filename!r} is not XML in UTF-8",
            hint="save the workbook again with a spreadsheet program",
            code="damaged",
        )
    return content


def _check_cells(parts: dict[str, bytes]) -> None:
    texts = [
        piece
        for name, part in parts.items()
        if "sharedstrings" in name.lower()
        for piece in _TEXT.split(part)[1:]
    ]
    longest = max(map(len, texts), default=0)
    for part in parts.values():
        rows, columns = _extent(part)
        check_limit("rows", rows, ROWS_MAX)
        check_limit("columns", columns, COLUMNS_MAX)
        check_limit("cells", rows * columns, WORKBOOK_CELLS_MAX)
        references = len(_SHARED.findall(part))
        if references * longest > TEXT_BYTES_MAX:
            check_limit("bytes of text", _text_bytes(part, texts), TEXT_BYTES_MAX)


def _extent(part: bytes) -> tuple[int, int]:
    rows, letters = 0, {b""}
    for match in _PLACE.finditer(part):
        rows = max(rows, int(match[2]))
        letters.add(match[1])
    return rows, max(map(_column_number, letters))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _text_bytes(part: bytes, texts: list[bytes]) -> int:
    # Plain numbers are counted as references too: rather too much than too little.
    places = (int(match[1]) for match in _VALUE.finditer(part))
    return sum(len(texts[place]) for place in places if place < len(texts))


def _stored(parts: dict[str, bytes]) -> bytes:
    result = BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return result.getvalue()
