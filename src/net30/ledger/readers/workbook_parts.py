"""The parts of a workbook: a zip of XML, read as it is unpacked, a piece at a time.

Packed zeros, one text that every cell refers to, a single cell in the farthest corner, a count of
billions: each turns kilobytes into gigabytes for a reader that believes the file. So no size that
the file claims is believed here; what comes out is counted, and nothing of a part is kept but what
its reader keeps.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Protocol
from xml.parsers import expat

from net30.kernel.errors import InputError
from net30.ledger.limits import UNPACKED_BYTES_MAX, check_limit

MEMBERS_MAX = 2_000
CHUNK_BYTES = 65_536

Attributes = dict[str, str]

_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    expat.ExpatError,
)
"""What zipfile and expat raise for damaged, encrypted or strange files."""


class PartReader(Protocol):
    """What is told of a part as it is read; names come without their namespace."""

    done: bool
    """Set when nothing more is wanted of the part."""

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""
        ...

    def text(self, text: str) -> None:
        """Take a piece of text."""
        ...

    def end(self, name: str) -> None:
        """Take the end of an element."""
        ...


class Workbook:
    """An opened workbook; its parts together may unpack to UNPACKED_BYTES_MAX."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        """Look at the list of parts."""
        check_limit("parts", len(packed.infolist()), MEMBERS_MAX)
        self._packed = packed
        self._members = {member.filename.lower(): member for member in packed.infolist()}
        self._unpacked = 0

    def has(self, name: str) -> bool:
        """Tell whether there is such a part."""
        return name.lower() in self._members

    def read(self, name: str, reader: PartReader) -> None:
        """Tell a reader of a whole part; one that is not there tells nothing."""
        for _ in self.read_on(name, reader):
            pass

    def read_on(self, name: str, reader: PartReader) -> Iterator[None]:
        """Tell a reader of a part, piece by piece, with a stop after each."""
        parser = expat.ParserCreate("utf-8")  # whatever the part says of itself
        parser.buffer_text = True
        local: dict[str, str] = {}

        def start(name: str, attributes: Attributes) -> None:
            if name not in local:
                local[name] = name.rpartition(":")[2]
            reader.start(local[name], attributes)

        parser.StartElementHandler = start
        parser.EndElementHandler = lambda name: reader.end(local[name])
        parser.CharacterDataHandler = reader.text
        parser.StartDoctypeDeclHandler = _refuse_document_type
        for chunk in self._chunks(name):
            parser.Parse(chunk)
            yield
            if reader.done:
                return
        if self.has(name):
            parser.Parse(b"", True)

    def _chunks(self, name: str) -> Iterator[bytes]:
        if not self.has(name):
            return
        with self._packed.open(self._members[name.lower()]) as part:
            while chunk := part.read(CHUNK_BYTES):
                self._unpacked += len(chunk)
                check_limit("bytes when unpacked", self._unpacked, UNPACKED_BYTES_MAX)
                yield chunk


@contextmanager
def opened(content: bytes) -> Iterator[Workbook]:
    """Open a workbook; what is wrong with it becomes an InputError that says so."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            yield Workbook(packed)
    except _FAULTS as error:
        raise InputError(
            f"the workbook is damaged: {error}",
            hint="open it in a spreadsheet program and save it again, or save it as CSV",
            code="damaged",
        ) from error


def _refuse_document_type(*_: object) -> None:
    raise InputError(
        "the workbook has a document type, as no spreadsheet program writes it",
        hint="open it in a spreadsheet program and save it again",
        code="damaged",
    )
