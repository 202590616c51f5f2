"""Parquet: tables of other engines; numbers and dates become text without losing a digit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO  # Any: which type of scalar a column has is told by its schema

import pyarrow as pa
import pyarrow.parquet as pq

from net30.kernel.errors import InputError
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.faults import Faults
from net30.ledger.limits import (
    COLUMNS_MAX,
    ROWS_MAX,
    TEXT_BYTES_MAX,
    UNPACKED_BYTES_MAX,
    check_limit,
)
from net30.ledger.readers.parquet_pages import TEXT_BYTES_USUAL, packing
from net30.ledger.readers.sheet import Sheet, checked_sheet
from net30.ledger.readers.workbook_rows import number_text

MAGIC = b"PAR1"
THRIFT_BYTES_MAX = 16 * 1024**2
THRIFT_ITEMS_MAX = 100_000


def read(content: bytes, faults: Faults | None = None) -> Sheet:
    """Return the table of a Parquet file; nested columns are left out as faults.

    Raises InputError for a damaged file, LimitExceeded beyond the published limits.
    """
    faults = faults or Faults()
    with _told():
        file = _file(content)
        check_limit("rows", file.metadata.num_rows, ROWS_MAX)
        check_limit("columns", file.metadata.num_columns, COLUMNS_MAX)
        names = _readable(file.schema_arrow, faults)
        table = _typed(content, names)
        columns = [_text(table[name]) for name in names]
    rows = compute.numbered(2, table.num_rows + 2).cast(pa.int32())
    return checked_sheet(names, columns, rows, faults)


def schema_of(content: bytes | Path) -> pa.Schema | None:
    """Return the columns of a Parquet file; None for any other file, also for a damaged one."""
    if isinstance(content, bytes) and not content.startswith(MAGIC):
        return None
    try:
        return _file(content).schema_arrow
    except (pa.ArrowException, OSError):
        return None


def is_full(path: Path, name: str) -> bool:
    """Tell whether a column has a value in every row, by what the file says of itself."""
    with _told():
        told = _file(path).metadata
    groups = [told.row_group(place) for place in range(told.num_row_groups)]
    columns = [group.column(at) for group in groups for at in range(group.num_columns)]
    # Any: has_null_count is not in the stubs.
    found: list[Any] = [one.statistics for one in columns if one.path_in_schema == name]
    full = [one for one in found if one and one.has_null_count and not one.null_count]
    return len(full) == len(groups)


def typed(content: bytes, names: list[str]) -> pa.Table:
    """Return columns of a Parquet file as they are, texts as dictionaries.

    Raises InputError for a damaged file, LimitExceeded beyond the published limits.
    """
    with _told():
        check_limit("rows", _file(content).metadata.num_rows, ROWS_MAX)
        return _typed(content, names)


def typed_pieces(path: Path, names: list[str], rows: int) -> Iterator[pa.Table]:
    """Return the same piece by piece, so many rows each, so that memory is bounded."""
    with _told():
        plain = plain_texts(path, names)
        file = _opened(path, [name for name in names if name not in plain])
        for batch in file.iter_batches(batch_size=rows, columns=names, use_threads=False):
            yield _checked(pa.Table.from_batches([batch]))


def pieces(path: Path, rows: int, faults: Faults) -> Iterator[Sheet]:
    """Return the table of a Parquet file as sheets of so many rows each.

    Raises InputError for a damaged file, LimitExceeded beyond the published limits of a piece.
    """
    with _told():
        names = _readable(_file(path).schema_arrow, faults)
    first = 2
    for table in typed_pieces(path, names, rows):
        numbers = compute.numbered(first, first + table.num_rows).cast(pa.int32())
        first += table.num_rows
        yield checked_sheet(names, [_text(table[name]) for name in names], numbers, faults)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"the Parquet file cannot be read: {error}",
            hint="write it again, or save it as CSV",
            code="damaged",
        ) from error


def _file(content: bytes | Path) -> pq.ParquetFile:
    return pq.ParquetFile(
        content if isinstance(content, Path) else pa.BufferReader(content),
        thrift_string_size_limit=THRIFT_BYTES_MAX,
        thrift_container_size_limit=THRIFT_ITEMS_MAX,
    )


def _readable(schema: pa.Schema, faults: Faults) -> list[str]:
    names = []
    for field in schema:
        if pa.types.is_nested(field.type) or schema.names.count(field.name) > 1:
            faults.add("column_left_out", field.name, "a nested or repeated column is not read")
        else:
            names.append(field.name)
    return names


def _typed(content: bytes, names: list[str]) -> pa.Table:
    return _checked(_opened(content, names).read(columns=names, use_threads=False))


def _opened(content: bytes | Path, names: list[str]) -> pq.ParquetFile:
    # Texts are read as dictionaries: a file can say "the same megabyte two million times".
    return pq.ParquetFile(
        content if isinstance(content, Path) else pa.BufferReader(content),
        read_dictionary=names,
        thrift_string_size_limit=THRIFT_BYTES_MAX,
        thrift_container_size_limit=THRIFT_ITEMS_MAX,
        page_checksum_verification=False,
    )


def plain_texts(path: Path, names: list[str]) -> set[str]:
    """Return the columns of short texts that seldom repeat: row by row they cost a sixth."""
    file = _opened(path, names)
    told, schema = file.metadata, _file(path).schema_arrow
    if not told.num_row_groups:
        return set()
    first = told.row_group(0)
    places = {first.column(at).path_in_schema: at for at in range(told.num_columns)}
    with path.open("rb") as content:
        return {
            name
            for name in names
            if pa.types.is_string(schema.field(name).type)
            and _is_plain(file, content, name, places[name])
        }


def _is_plain(file: pq.ParquetFile, content: BinaryIO, name: str, place: int) -> bool:
    groups = [file.metadata.row_group(at) for at in range(file.metadata.num_row_groups)]
    packings = [packing(content, group.column(place)) for group in groups]
    if None in packings or not any(one and one.plain for one in packings):
        return False
    by_word = [at for at, one in enumerate(packings) if one and one.by_word]
    return all(_longest_word(file, name, at) <= TEXT_BYTES_USUAL for at in by_word)


def _longest_word(file: pq.ParquetFile, name: str, group: int) -> int:
    """Return the bytes of the longest word in the dictionary that a group begins with."""
    one = file.iter_batches(batch_size=1, row_groups=[group], columns=[name], use_threads=False)
    column = next(one).column(0)
    assert isinstance(column, pa.DictionaryArray)
    return compute.most(compute.byte_length(column.dictionary.cast(pa.binary())))


def _checked(table: pa.Table) -> pa.Table:
    check_limit("rows", table.num_rows, ROWS_MAX)
    check_limit("bytes when unpacked", table.get_total_buffer_size(), UNPACKED_BYTES_MAX)
    # Mostly it shows at once that even the longest text in every row would do.
    if sum(map(_text_bytes_most, table.columns)) > TEXT_BYTES_MAX:
        check_limit("bytes of text", sum(map(_text_bytes, table.columns)), TEXT_BYTES_MAX)
    table = pa.table([_by_row(column) for column in table.columns], names=table.column_names)
    table.validate(full=True)  # text that is no UTF-8 would break what comes later
    return table


def _by_row(column: pa.ChunkedArray[Any]) -> pa.ChunkedArray[Any]:
    """Return texts row by row where there are no fewer words: ids, and all that came before."""
    coded = [chunk for chunk in column.chunks if isinstance(chunk, pa.DictionaryArray)]
    if pa.types.is_nested(column.type) or all(len(one.dictionary) < len(one) for one in coded):
        return column
    kind = coded[0].dictionary.type
    return pa.chunked_array([one.dictionary.take(one.indices) for one in coded], kind)


def _text_bytes_most(column: pa.ChunkedArray[Any]) -> int:
    return sum(
        len(chunk) * compute.most(compute.byte_length(chunk.dictionary.cast(pa.binary())))
        for chunk in column.chunks
        if isinstance(chunk, pa.DictionaryArray) and not pa.types.is_nested(chunk.type.value_type)
    )


def _text_bytes(column: pa.ChunkedArray[Any]) -> int:
    total = 0
    for chunk in column.chunks:
        if isinstance(chunk, pa.DictionaryArray) and not pa.types.is_nested(chunk.type.value_type):
            lengths = compute.byte_length(chunk.dictionary.cast(pa.binary()))
            total += compute.total(lengths.cast(pa.int64()).take(chunk.indices))
    return total


def _text(column: pa.ChunkedArray[Any]) -> Column:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = kind.value_type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", kind.tz)).cast(pa.date32())
    elif pa.types.is_date64(kind):
        column = column.cast(pa.date32())
    elif pa.types.is_floating(kind):
        return _numbers(column)
    elif pa.types.is_decimal(kind):
        column = column.cast(pa.decimal256(kind.precision + 1, max(0, kind.scale)))
        return _without_thousands(column.cast(pa.string()))
    return compute.or_else(column.cast(pa.string()), "")


def _numbers(column: pa.ChunkedArray[Any]) -> Column:
    texts = ["" if number is None else number_text(number) for number in column.to_pylist()]
    return pa.array(texts, pa.string())


def _without_thousands(texts: pa.ChunkedArray[Any]) -> Column:
    # RE2 knows nine groups only: this is group 1, then a zero.
    three = compute.replaced(texts, pattern=r"(\.\d{3})$", replacement=r"\10")
    return compute.or_else(three, "")
