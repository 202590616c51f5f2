"""Parquet pages: how the texts of a column are packed, told by the headers of its pages.

A file can say the same megabyte two million times: as one word of a dictionary, or as what other
texts begin with. A text that stands plainly in a page takes no more room than the page, and the
page no more than its header says: Arrow refuses one that does. Whatever else there is, or cannot
be understood, counts as long. Sources: parquet.thrift of Apache Parquet, the compact protocol of
Apache Thrift.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow.parquet as pq

TEXT_BYTES_USUAL = 256
"""Short texts: no more each on the average of a page, and none in a dictionary has more."""
PAGE_BYTES_MAX = 2**26
PAGES_MAX = 100_000
HEADER_BYTES_MAX = 2**14
NUMBER_MAX = 2**31 - 1
FIELDS_MAX = 2**15 - 1
DEPTH_MAX = 4

_YES, _NO, _INT16, _INT32, _INT64, _TEXT, _STRUCT = 1, 2, 4, 5, 6, 8, 12
_MORE = 0x80
"""In a byte of a number: there is another byte."""
_WORDS_PAGE = 2
_TEXTS_PAGES = {0: (5, 2), 3: (8, 4)}
"""Kinds of pages with texts: the number of their own fields, and of the encoding among them."""
_PLAIN, _BY_WORD = (0, 6), (2, 8)
"""Encodings: texts one behind the other, with or after their lengths; places in a dictionary."""

Fields = dict[int, "int | Fields"]


class Odd(Exception):
    """There is something that no page needs."""


@dataclass(frozen=True, slots=True)
class Page:
    """So many texts in an encoding, and the bytes they take unpacked; or a dictionary's words."""

    is_words: bool
    encoding: int
    texts: int
    unpacked: int

    @property
    def is_bounded(self) -> bool:
        """Tell whether the texts are short: in a dictionary's places that is up to its words."""
        if self.is_words or self.encoding in _BY_WORD:
            return self.unpacked <= PAGE_BYTES_MAX
        usual = min(PAGE_BYTES_MAX, self.texts * TEXT_BYTES_USUAL)
        return self.encoding in _PLAIN and self.unpacked <= usual


@dataclass(frozen=True, slots=True)
class Packing:
    """Whether some texts stand plainly in their pages, and some as words of a dictionary."""

    plain: bool
    by_word: bool


def packing(file: BinaryIO, chunk: pq.ColumnChunkMetaData) -> Packing | None:
    """Return how the texts of a column in one group of rows are packed; None: they may be long.

    Words of a dictionary are still to be measured; then the first text of the group is one.
    """
    try:
        pages = list(_pages(file, chunk))
    except (Odd, IndexError):
        return None
    texts = [page for page in pages if not page.is_words]
    by_word = [page.encoding in _BY_WORD for page in texts]
    # Arrow stops at this number; before it nothing is unseen.
    whole = sum(page.texts for page in texts) >= chunk.num_values
    first = not any(by_word) or (pages[0].is_words and by_word[0])
    if not (whole and first and all(page.is_bounded for page in pages)):
        return None
    return Packing(plain=not all(by_word), by_word=any(by_word))


def _pages(file: BinaryIO, chunk: pq.ColumnChunkMetaData) -> Iterator[Page]:
    at, words = chunk.data_page_offset, chunk.dictionary_page_offset or 0
    if 0 < words < at:
        at = words
    end = at + chunk.total_compressed_size
    for _ in range(PAGES_MAX):
        if at >= end:
            return
        file.seek(at)
        header = _Header(file.read(HEADER_BYTES_MAX))
        fields = header.fields()
        yield _page(fields)
        at += header.at + _number(fields, 3)
    raise Odd


def _page(fields: Fields) -> Page:
    kind, unpacked = _number(fields, 1), _number(fields, 2)
    if kind == _WORDS_PAGE:
        return Page(is_words=True, encoding=_PLAIN[0], texts=0, unpacked=unpacked)
    if kind not in _TEXTS_PAGES:
        raise Odd
    own, encoding = _TEXTS_PAGES[kind]
    told = fields.get(own)
    if not isinstance(told, dict):
        raise Odd
    return Page(
        is_words=False,
        encoding=_number(told, encoding),
        texts=_number(told, 1),
        unpacked=unpacked,
    )


def _number(fields: Fields, place: int) -> int:
    found = fields.get(place)
    if not isinstance(found, int) or found < 0:
        raise Odd
    return found


class _Header:
    """The header of a page, read byte by byte; Odd for what none has, IndexError at its end."""

    def __init__(self, content: bytes) -> None:
        """Begin at the first byte."""
        self._content = content
        self.at = 0

    def fields(self, depth: int = 0) -> Fields:
        """Return the fields by number; -1 for all but structs and whole numbers of 32 bits."""
        found: Fields = {}
        place = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            place = place + step if step else self._signed()
            # A field that comes twice, one reader may take from here and another from there.
            if depth > DEPTH_MAX or place in found or not 0 < place <= FIELDS_MAX:
                raise Odd
            found[place] = self._value(kind, depth)
        return found

    def _value(self, kind: int, depth: int) -> int | Fields:
        if kind == _STRUCT:
            return self.fields(depth + 1)
        if kind in {_INT16, _INT32, _INT64}:
            number = self._signed()
            return number if kind == _INT32 and 0 <= number <= NUMBER_MAX else -1
        if kind == _TEXT:
            length = self._unsigned()
            self.at += length
        elif kind not in {_YES, _NO}:
            raise Odd
        return -1

    def _signed(self) -> int:
        number = self._unsigned()
        return number >> 1 ^ -(number & 1)

    def _unsigned(self) -> int:
        found = shift = 0
        while (byte := self._byte()) & _MORE:
            found |= (byte & ~_MORE) << shift
            shift += 7
        return found | byte << shift

    def _byte(self) -> int:
        byte = self._content[self.at]
        self.at += 1
        return byte
